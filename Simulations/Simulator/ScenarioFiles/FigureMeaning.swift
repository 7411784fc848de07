/// What the figures are that criteria may be about.
public struct FigureMeaning: Hashable, Sendable {
    /// Dotted and lower-case, one of ``FigureName/all``.
    public let name: String
    /// What it is, in words, with its unit.
    public let meaning: String

    /// Of every figure, in the order of the groups.
    public static let all: [FigureMeaning] =
        times(
            "joined", "from a node's start to its first mutual link and a table with neighbours", ["p50", "p99", "max"])
        + times("catalog.complete", "until a node lists every live entry", ["p50", "p90", "p99", "max"])
        + times("delivery", "from an entry's signature to another node's list", ["p50", "p90", "p99", "max"])
        + [
            FigureMeaning(name: "delivery.missed", meaning: "pairs of entry and live node that never met, percent"),
            FigureMeaning(
                name: "delivery.spread99.p50", meaning: "until 99 % of the nodes have a user's entry, median entry, ms"),
            FigureMeaning(
                name: "delivery.spread99.max", meaning: "until 99 % of the nodes have a user's entry, slowest entry, ms"
            ),
            FigureMeaning(
                name: "delivery.spread999.p50", meaning: "until 99.9 % of the nodes have a user's entry, median, ms"),
            FigureMeaning(
                name: "delivery.spread999.max", meaning: "until 99.9 % of the nodes have a user's entry, slowest, ms"),
            FigureMeaning(name: "delivery.hops.max", meaning: "most hops that an entry took (LDH)"),
            FigureMeaning(name: "redundancy", meaning: "payloads received per payload needed, less one (RMR)"),
            FigureMeaning(name: "bytes.perDelivery", meaning: "bytes sent in the world per entry delivered"),
            FigureMeaning(name: "bytes.perNodePerSecond.mean", meaning: "bytes that a node sends in a second, mean"),
            FigureMeaning(name: "bytes.perNodePerSecond.max", meaning: "bytes that the busiest node sends in a second"),
            FigureMeaning(
                name: "bytes.perNodePerSecond.end",
                meaning: "bytes that a node sends in a second, mean of the last 30 s before faults end"),
            FigureMeaning(name: "messages.perUpdate", meaning: "messages sent in the world per update"),
            FigureMeaning(name: "lookup.made", meaning: "lookups that nodes began"),
            FigureMeaning(name: "lookup.success", meaning: "lookups that found their key, percent"),
        ] + times("lookup", "from a lookup's start to its end", ["p50", "p90", "p99", "mean"])
        + [
            FigureMeaning(
                name: "lookup.found.p50", meaning: "time until the node that is searched has answered, median"),
            FigureMeaning(name: "lookup.found.p90", meaning: "the same, 90 % of lookups"),
            FigureMeaning(name: "lookup.found.p99", meaning: "the same, 99 % of lookups"),
            FigureMeaning(name: "lookup.found.mean", meaning: "the same, mean"),
            FigureMeaning(name: "lookup.hops.mean", meaning: "steps from the searcher to the key, mean"),
            FigureMeaning(name: "lookup.hops.p50", meaning: "steps from the searcher to the key, median"),
            FigureMeaning(name: "lookup.hops.p90", meaning: "steps from the searcher to the key, 90 % of lookups"),
            FigureMeaning(name: "lookup.queries.mean", meaning: "nodes asked per lookup"),
            FigureMeaning(name: "lookup.exact", meaning: "lookups that found exactly the closest live nodes, percent"),
            FigureMeaning(name: "table.stale", meaning: "entries of routing tables that point to dead nodes, percent"),
            FigureMeaning(
                name: "table.closest20", meaning: "nodes that know 18 of their 20 closest live nodes, percent"),
            FigureMeaning(name: "links.p50", meaning: "links of a node at the end, median"),
            FigureMeaning(name: "links.max", meaning: "links of the node that has most at the end"),
            FigureMeaning(name: "components", meaning: "parts of the graph of honest live nodes that no link joins"),
            FigureMeaning(
                name: "accusations.false",
                meaning: "live nodes taken for dead of which a packet could have come, per node and hour"),
            FigureMeaning(
                name: "settled.p999", meaning: "from the last fault until 99.9 % of node and entry were right, ms"),
            FigureMeaning(name: "settled", meaning: "from the last fault until everything converged, ms"),
            FigureMeaning(name: "requests.success", meaning: "requests that were answered, percent"),
        ] + times("requests", "from a request to its answer", ["p50", "p99"])
        + [
            FigureMeaning(name: "events", meaning: "events of the run"),
            FigureMeaning(name: "eventsPerSecond", meaning: "events per second of real time"),
            FigureMeaning(name: "memoryPerNode", meaning: "bytes of memory per node"),
        ]

    private static func times(_ group: String, _ meaning: String, _ ends: [String]) -> [FigureMeaning] {
        ends.map { FigureMeaning(name: "\(group).\($0)", meaning: "\(meaning), \(words[$0] ?? $0), ms") }
    }

    private static let words = [
        "p50": "median", "p90": "90 % of them", "p99": "99 % of them", "max": "longest", "mean": "mean",
    ]
}
