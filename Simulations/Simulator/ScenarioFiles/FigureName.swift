/// The names of figures, which criteria may be about.
public enum FigureName {
    /// A name and what it is, with its unit.
    public struct Description: Hashable, Sendable {
        /// Dotted and lower-case, such as `delivery.p99`.
        public let name: String
        /// What it is, in words.
        public let meaning: String
    }

    /// In the order of the groups.
    public static let all = descriptions.map(\.name)

    /// What every name means.
    public static let descriptions: [Description] =
        times(
            "joined", "from a node's start to its first mutual link and a table with neighbours", ["p50", "p99", "max"])
        + times("catalog.complete", "until a node lists every live entry", ["p50", "p90", "p99", "max"])
        + times("delivery", "from an entry's signature to another node's list", ["p50", "p90", "p99", "max"])
        + [
            Description(name: "delivery.missed", meaning: "pairs of entry and live node that never met, percent"),
            Description(name: "delivery.hops.max", meaning: "most hops that an entry took (LDH)"),
            Description(name: "redundancy", meaning: "payloads received per payload needed, less one (RMR)"),
            Description(name: "bytes.perDelivery", meaning: "bytes sent in the world per entry delivered"),
            Description(name: "bytes.perNodePerSecond.mean", meaning: "bytes that a node sends in a second, mean"),
            Description(name: "bytes.perNodePerSecond.max", meaning: "bytes that the busiest node sends in a second"),
            Description(name: "messages.perUpdate", meaning: "messages sent in the world per update"),
            Description(name: "lookup.made", meaning: "lookups that nodes began"),
            Description(name: "lookup.success", meaning: "lookups that found their key, percent"),
        ] + times("lookup", "from a lookup's start to its end", ["p50", "p90", "p99", "mean"])
        + [
            Description(name: "lookup.hops.mean", meaning: "steps from the searcher to the key, mean"),
            Description(name: "lookup.hops.p50", meaning: "steps from the searcher to the key, median"),
            Description(name: "lookup.hops.p90", meaning: "steps from the searcher to the key, 90 % of lookups"),
            Description(name: "lookup.queries.mean", meaning: "nodes asked per lookup"),
            Description(name: "lookup.exact", meaning: "lookups that found exactly the closest live nodes, percent"),
            Description(name: "table.stale", meaning: "entries of routing tables that point to dead nodes, percent"),
            Description(name: "table.closest20", meaning: "nodes that know 18 of their 20 closest live nodes, percent"),
            Description(name: "links.p50", meaning: "links of a node at the end, median"),
            Description(name: "links.max", meaning: "links of the node that has most at the end"),
            Description(name: "components", meaning: "parts of the graph of honest live nodes that no link joins"),
            Description(name: "accusations.false", meaning: "live nodes taken for dead, per node and hour"),
            Description(name: "settled", meaning: "from the last fault until everything converged, ms"),
            Description(name: "requests.success", meaning: "requests that were answered, percent"),
        ] + times("requests", "from a request to its answer", ["p50", "p99"])
        + [
            Description(name: "events", meaning: "events of the run"),
            Description(name: "eventsPerSecond", meaning: "events per second of real time"),
            Description(name: "memoryPerNode", meaning: "bytes of memory per node"),
        ]

    private static func times(_ group: String, _ meaning: String, _ ends: [String]) -> [Description] {
        ends.map { Description(name: "\(group).\($0)", meaning: "\(meaning), \(words[$0] ?? $0), ms") }
    }

    private static let words = [
        "p50": "median", "p90": "90 % of them", "p99": "99 % of them", "max": "longest", "mean": "mean",
    ]
}
