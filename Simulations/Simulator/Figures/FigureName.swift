/// The names of all figures that a run can have.
public enum FigureName {
    /// In the order in which they are explained to users.
    public static let all: [String] = [
        "joined.p50", "joined.p99", "joined.max",
        "catalog.complete.p50", "catalog.complete.p90", "catalog.complete.p99", "catalog.complete.max",
        "delivery.p50", "delivery.p90", "delivery.p99", "delivery.max", "delivery.missed", "delivery.hops.max",
        "redundancy",
        "delivery.spread99.p50", "delivery.spread99.max", "delivery.spread999.p50", "delivery.spread999.max",
        "bytes.perDelivery", "bytes.perNodePerSecond.mean", "bytes.perNodePerSecond.max",
        "bytes.perNodePerSecond.end", "messages.perUpdate",
        "lookup.made", "lookup.success", "lookup.p50", "lookup.p90", "lookup.p99", "lookup.mean",
        "lookup.found.p50", "lookup.found.p90", "lookup.found.p99", "lookup.found.mean",
        "lookup.hops.mean", "lookup.hops.p50", "lookup.hops.p90", "lookup.queries.mean", "lookup.exact",
        "table.stale", "table.closest20",
        "links.p50", "links.max", "components", "accusations.false", "settled.p999", "settled",
        "requests.success", "requests.p50", "requests.p99",
        "events", "eventsPerSecond", "memoryPerNode",
    ]
}
