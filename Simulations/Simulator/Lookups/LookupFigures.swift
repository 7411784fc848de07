import Overlay

/// What the searches of a ``LookupWorld`` came to.
public struct LookupFigures: Sendable {
    public private(set) var searches: UInt64 = 0
    /// Those that found the k nearest that run, all of them.
    public private(set) var exact: UInt64 = 0
    /// Those that did not end.
    public private(set) var endless: UInt64 = 0
    /// Microseconds until the nearest node had answered.
    public private(set) var found = Histogram(name: "found")
    /// Microseconds until the search was over.
    public private(set) var over = Histogram(name: "over")
    /// The longest chain of answers that led to one of those found.
    public private(set) var depth = Histogram(name: "depth")
    /// Peers asked.
    public private(set) var queries = Histogram(name: "queries")
    /// Datagrams of all nodes together.
    public private(set) var datagrams = Histogram(name: "datagrams")
    /// Their bytes.
    public private(set) var bytes = Histogram(name: "bytes")

    public init() {}

    public mutating func note(_ outcome: LookupWorld.Outcome?) {
        searches += 1
        guard let outcome else {
            endless += 1
            return
        }
        if outcome.isExact { exact += 1 }
        if let time = outcome.foundAfter { found.note(time.nanoseconds / 1_000) }
        over.note(outcome.time.nanoseconds / 1_000)
        depth.note(UInt64(outcome.counters.depth))
        queries.note(UInt64(outcome.counters.queries))
        datagrams.note(UInt64(outcome.datagrams))
        bytes.note(UInt64(outcome.bytes))
    }
}
