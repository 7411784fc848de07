import Overlay

/// How the searches of users went.
public struct Searches: Sendable {
    public private(set) var made = 0
    /// Those that found the node that was searched.
    public private(set) var found = 0
    /// Microseconds, of those that found it.
    public private(set) var times = Histogram(name: "lookup")
    public private(set) var hops = Histogram(name: "lookup.hops")
    public private(set) var queries = Histogram(name: "lookup.queries")

    public init() {}

    mutating func note(_ result: LookupResult, found isFound: Bool, took span: TimeSpan) {
        made += 1
        queries.note(UInt64(result.counters.queries))
        guard isFound else { return }
        found += 1
        hops.note(UInt64(result.counters.depth))
        times.note(span.nanoseconds / 1_000)
    }
}
