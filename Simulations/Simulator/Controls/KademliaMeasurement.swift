import Overlay

/// What the searches of users came to, and how tables were.
struct KademliaMeasurement: Sendable {
    private var joins = Histogram(name: "joined")
    private var times = Histogram(name: "lookup")
    private var findTimes = Histogram(name: "lookup.found")
    private var hops = Histogram(name: "lookup.hops")
    private var queries = Histogram(name: "lookup.queries")
    private(set) var made: UInt64 = 0
    private(set) var failed: UInt64 = 0
    private var exact: UInt64 = 0
    /// Entries of tables and those among them that point to nodes that do not run.
    var entries: (all: Int, stale: Int) = (0, 0)
    /// Nodes, and those that know the nodes nearest to them.
    var neighbors: (all: Int, knowing: Int) = (0, 0)

    mutating func joined(after span: TimeSpan) { joins.note(span.nanoseconds / 1_000) }

    mutating func ended(_ search: KademliaSearch, target: Int, isExact: Bool, at time: VirtualTime) {
        made += 1
        queries.note(UInt64(search.queries))
        if isExact { exact += 1 }
        guard let foundAt = search.foundAt else {
            failed += 1
            return
        }
        times.note(time.since(search.startedAt).nanoseconds / 1_000)
        findTimes.note(foundAt.since(search.startedAt).nanoseconds / 1_000)
        hops.note(UInt64(search.candidate(target)?.depth ?? 0))
    }

    func report(into outcome: inout RunOutcome) {
        outcome.figures.noteTimes(joins, "joined", quantiles: [("p50", 500), ("p99", 990), ("max", 1_000)])
        outcome.figures["lookup.made"] = Double(made)
        if made > 0 {
            outcome.figures["lookup.success"] = Double(made - failed) * 100 / Double(made)
            outcome.figures["lookup.exact"] = Double(exact) * 100 / Double(made)
        }
        let quantiles: [(String, UInt64)] = [("p50", 500), ("p90", 900), ("p99", 990)]
        outcome.figures.noteTimes(times, "lookup", quantiles: quantiles, withMean: true)
        outcome.figures.noteTimes(findTimes, "lookup.found", quantiles: quantiles, withMean: true)
        outcome.figures["lookup.hops.mean"] = hops.mean
        outcome.figures["lookup.hops.p50"] = hops.value(atThousandth: 500).map { Double($0) }
        outcome.figures["lookup.hops.p90"] = hops.value(atThousandth: 900).map { Double($0) }
        outcome.figures["lookup.queries.mean"] = queries.mean
        if entries.all > 0 { outcome.figures["table.stale"] = Double(entries.stale) * 100 / Double(entries.all) }
        if neighbors.all > 0 {
            outcome.figures["table.closest20"] = Double(neighbors.knowing) * 100 / Double(neighbors.all)
        }
        outcome.histograms += [joins, times, findTimes, hops, queries]
    }
}

extension Figures {
    /// Quantiles of a histogram of microseconds, in milliseconds, under `name` and their own names.
    mutating func noteTimes(
        _ histogram: Histogram, _ name: String, quantiles: [(name: String, thousandth: UInt64)], withMean: Bool = false
    ) {
        for quantile in quantiles {
            self["\(name).\(quantile.name)"] =
                histogram.value(atThousandth: quantile.thousandth).map { Double($0) / 1_000 }
        }
        if withMean { self["\(name).mean"] = histogram.mean.map { $0 / 1_000 } }
    }
}
