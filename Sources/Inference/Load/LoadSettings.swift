import Overlay

/// How hosts tell their callers how busy they are.
public struct LoadSettings: Hashable, Sendable {
    /// A subscriber is told of a change at most this often (PROTOCOL, "at most every 2 s on a change"). Shorter: more
    /// messages about requests that are over soon. Longer: callers find out by asking.
    public var shortestPause = TimeSpan.seconds(2)
    /// What was heard counts for this long (PROTOCOL, "valid 30 s"). Longer: callers avoid hosts that are free again.
    public var validity = TimeSpan.seconds(30)
    /// A subscriber is told again after this without a change, so that what it knows does not run out.
    public var repetition = TimeSpan.seconds(20)
    /// Who asked a service hears of its load for this long afterwards. Longer: callers that have gone elsewhere are told in
    /// vain. Shorter: an agent that thinks between two requests knows nothing at the second.
    public var subscription = TimeSpan.minutes(5)
    /// Subscriptions kept, one for each caller and service; the one that asked longest ago goes when there are more. Four
    /// for each request that a host serves at once. A subscription takes 120 bytes, and a check of its token each time.
    public var mostSubscriptions = 1_024
    /// Services of which a caller keeps what it heard; the one asked longest ago goes when there are more.
    public var mostHeard = 1_024
    /// How much farther away a host counts that is not known to be idle. A backend at work on something else takes about
    /// as long before its first token. Higher: far hosts are preferred for being idle. Lower: near ones although busy.
    public var notIdle = TimeSpan.milliseconds(100)

    public init() {}
}
