/// The timers and limits of ``MulticastDiscovery``. The intervals are those of RFC 6762, whose sections are named.
public struct MulticastSettings: Sendable {
    /// Before the first query, so that machines that come up together do not ask together (5.2: 20 to 120 ms).
    public var firstQuery = TimeSpan.milliseconds(70)
    /// Before an answer, because others answer too (6: 20 to 120 ms).
    public var answerDelay = TimeSpan.milliseconds(70)
    /// Of either, to both sides.
    public var delayJitter: UInt64 = 71
    /// Before an answer to a query whose known answers come in several messages (7.2: 400 to 500 ms), ±11 %.
    public var truncatedDelay = TimeSpan.milliseconds(450)
    /// Between the first two queries; doubles from then on (5.2: at least 1 s, and at least doubling).
    public var queryInterval = TimeSpan.seconds(1)
    /// The longest interval (5.2: up to 60 minutes). Nodes announce themselves when they come, so that queries only make
    /// up for what a network lost. Longer: a node that missed an announcement is alone for longer.
    public var longestQueryInterval = TimeSpan.minutes(10)
    /// Announcements at the start and after a change, one second apart, doubling (8.3: two to eight).
    public var announcements = 3
    /// A record is not sent again sooner (6).
    public var sameRecordAfter = TimeSpan.seconds(1)
    /// Seconds that others may remember a record (10: 75 minutes). Goodbyes end it earlier.
    public var timeToLive: UInt32 = 4_500
    /// Found nodes that are remembered. More than one network segment holds; each costs about a kilobyte.
    public var mostPeers = 256
    /// Addresses of one node. A machine has a few interfaces with two kinds of address each.
    public var mostAddresses = 8
    /// Nodes that are told as found, in any ten seconds: whoever floods the network with names makes this node dial no
    /// more than this. Each costs a connect of at most five seconds.
    public var mostFound = 16
    /// The ten seconds of ``mostFound``.
    public var foundInterval = TimeSpan.seconds(10)

    public init() {}
}
