import Overlay

/// The limits of circuits. Budgets are for token streams: long, slow, and never to be cut off for being long.
public struct CircuitSettings: Hashable, Sendable {
    /// Header fields of one message; a head with more is malformed. Browsers send about 20, proxies add 10.
    static let mostHeaderFields: UInt16 = 128
    /// Plaintext bytes of one encrypted record: what a Noise message can hold (65,535) less its tag. Only heads come
    /// near it; bodies are cut into cells of 16 KiB.
    static let longestRecord = 65_535 - 16

    /// Circuits that this node relays for others at once. Each holds at most two stream windows while both its readers
    /// stall, 512 KiB at first and 2 MiB after a fast start, so 256 take 128 MiB and at the very most 512 MiB; more would
    /// serve more, fewer refuses sooner.
    public var mostRelayed = 256
    /// Circuits relayed for one neighbour: an eighth of all, so that one cannot take every place.
    public var mostRelayedPerLink = 32
    /// Requests that this node serves at once; beyond them callers are told to come back.
    public var mostServed = 256
    /// Requests of the local agents under way at once.
    public var mostCalled = 1_024
    /// How long a circuit may carry nothing either way. Models think for minutes before the first token; half an hour
    /// is the longest stream that is budgeted.
    public var idleLimit = TimeSpan.minutes(30)
    /// From the request to an accepted circuit, over all the paths tried.
    public var openLimit = TimeSpan.seconds(10)
    /// When the second path is tried beside the first (PROTOCOL, "race, do not try in turn").
    public var secondPathAfter = TimeSpan.milliseconds(250)
    /// When any neighbour is tried.
    public var anyNeighbourAfter = TimeSpan.milliseconds(500)
    /// Paths tried for one request in all.
    public var mostPaths = 5
    /// Bytes of a body that may wait unsent before its writer is told to pause, and at which it may go on.
    public var highWater = 256 * 1024
    public var lowWater = 64 * 1024
    /// What a node that is at its limit tells callers to wait.
    public var retryAfter = TimeSpan.seconds(1)

    /// When a path is tried again whose other side is still learning which revocations this node has. A round trip, mostly.
    public var repeatAfter = TimeSpan.milliseconds(100)
    /// How often that is done for one request. Higher: agents wait for longer before they hear why.
    public var mostRepeats = 10

    public init() {}
}
