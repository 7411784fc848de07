import Overlay

extension Observations {
    /// What the end of a run adds to what was observed.
    public struct Ending: Hashable, Sendable {
        /// When the run ended.
        public var time: VirtualTime
        /// From the end of the last fault until everything had settled; nil when it did not.
        public var settled: TimeSpan?
        /// From then until 999 of 1,000 pairs of a node and a live entry were as they had to be; nil when they never were.
        public var nearlySettled: TimeSpan?
        /// When the first phase ended.
        public var phaseEnd: VirtualTime
        /// Of the graph of mutual links between honest live nodes.
        public var components: Int?
        /// Taken from queues by all shards.
        public var events: UInt64

        public init(
            time: VirtualTime, settled: TimeSpan?, nearlySettled: TimeSpan? = nil, phaseEnd: VirtualTime? = nil,
            components: Int?, events: UInt64
        ) {
            self.time = time
            self.settled = settled
            self.nearlySettled = nearlySettled
            self.phaseEnd = phaseEnd ?? time
            self.components = components
            self.events = events
        }
    }

    /// Puts figures, series and histograms into the result of a run. What nobody measured is left out.
    public func fill(_ outcome: inout RunOutcome, ending: Ending) {
        let hops = trails.hops()
        outcome.figures = figures(ending: ending, hops: hops)
        outcome.series = series.map { point in
            var point = point
            point.links /= 2
            return point
        }
        outcome.histograms = (Self.histograms.map { self[keyPath: $0] } + [hops, links]).filter {
            $0.count > 0
        }
        outcome.events = ending.events
        outcome.virtualTime = ending.time
    }

    /// All figures of the run, in the order in which they are explained to users.
    public func figures(ending: Ending) -> Figures { figures(ending: ending, hops: trails.hops()) }

    private func figures(ending: Ending, hops: Histogram) -> Figures {
        var figures = Figures()
        figures.setTimes("joined", joined, [500, 990], withGreatest: true)
        figures.setTimes("catalog.complete", complete, [500, 900, 990], withGreatest: true)
        setDelivery(&figures, ending, hops)
        setSpread(&figures)
        setCosts(&figures, ending)
        setLookups(&figures)
        figures["table.stale"] = percent(counts.staleEntries, of: counts.tableEntries)
        figures["table.closest20"] = percent(counts.tablesClose, of: counts.tablesJudged)
        figures["links.p50"] = links.value(atThousandth: 500).map { Double($0) }
        figures["links.max"] = links.count > 0 ? Double(links.greatest) : nil
        figures["components"] = ending.components.map { Double($0) }
        let hours = Double(livedTime(until: ending.time).nanoseconds) / 3_600e9
        figures["accusations.false"] = hours > 0 ? Double(counts.accusations) / hours : nil
        figures["settled.p999"] = ending.nearlySettled.map { Double($0.nanoseconds) / 1e6 }
        figures["settled"] = ending.settled.map { Double($0.nanoseconds) / 1e6 }
        figures["requests.success"] = percent(
            counts.requestsAnswered, of: counts.requestsAnswered + counts.requestsFailed)
        figures.setTimes("requests", requests, [500, 990])
        figures["events"] = Double(ending.events)
        return figures
    }

    private func setDelivery(_ figures: inout Figures, _ ending: Ending, _ hops: Histogram) {
        figures.setTimes("delivery", deliveries, [500, 900, 990], withGreatest: true)
        let pairs = deliveryPairs(publishedBy: ending.phaseEnd)
        figures["delivery.missed"] = percent(pairs.missed, of: pairs.expected)
        figures["delivery.hops.max"] = hops.count > 0 ? Double(hops.greatest) : nil
        if counts.payloadsNew > 0 {
            figures["redundancy"] = Double(counts.payloadsKnown) / Double(counts.payloadsNew)
        }
    }

    /// When 99 % and 99.9 % of the nodes had an entry, over the entries that users published. The slowest entry counts as never
    /// when that many never had one of them.
    private func setSpread(_ figures: inout Figures) {
        let joined = nodes.filter { $0.joinedAt < .distantFuture && !$0.isMalicious }.map(\.joinedAt).sorted()
        for (name, share) in [("delivery.spread99", 990), ("delivery.spread999", 999)] as [(String, UInt64)] {
            var times = Histogram(name: name)
            var isEveryEntryThere = true
            for entry in spreadTimes.entries where nodes[entry.publisher.offset].isRunning {
                let receivers =
                    joined.countUpTo(entry.time) - (nodes[entry.publisher.offset].joinedAt <= entry.time ? 1 : 0)
                guard receivers > 0 else { continue }
                let time = entry.arrivals.value(atRank: (UInt64(receivers) * share + 999) / 1_000)
                if let time { times.note(time) } else { isEveryEntryThere = false }
            }
            figures["\(name).p50"] = times.value(atThousandth: 500).map { Double($0) / 1_000 }
            if isEveryEntryThere, times.count > 0 { figures["\(name).max"] = Double(times.greatest) / 1_000 }
        }
    }

    /// Bytes that a node sent in a second, over the last thirty seconds of the first phase.
    private func lastRate(before end: VirtualTime) -> Double? {
        let last = end.sinceStart.seconds
        let points = series.filter { $0.second + 30 > last && $0.second <= last }
        let lived = points.reduce(0) { $0 + $1.live }
        return lived == 0 ? nil : Double(points.reduce(0) { $0 + $1.bytes }) / Double(lived)
    }

    private func setCosts(_ figures: inout Figures, _ ending: Ending) {
        let now = ending.time
        let gossip = MessageKind.allCases.filter(\.isGossip).reduce(into: Traffic.Count()) { sum, kind in
            sum.messages += traffic[kind].messages
            sum.bytes += traffic[kind].bytes
        }
        // Where only some publishers are followed, the deliveries of the others are as many in proportion.
        let followed = Double(spread.share.numerator) / Double(spread.share.denominator)
        if deliveries.count > 0 {
            figures["bytes.perDelivery"] = Double(gossip.bytes) * followed / Double(deliveries.count)
        }
        let lived = Double(livedTime(until: now).nanoseconds) / 1e9
        if lived > 0 { figures["bytes.perNodePerSecond.mean"] = Double(traffic.total.bytes) / lived }
        figures["bytes.perNodePerSecond.max"] = greatestRate(until: now)
        figures["bytes.perNodePerSecond.end"] = lastRate(before: ending.phaseEnd)
        if counts.published > 0 {
            figures["messages.perUpdate"] = Double(gossip.messages) / Double(counts.published)
        }
    }

    private func setLookups(_ figures: inout Figures) {
        defer { figures["lookup.exact"] = percent(counts.lookupsExact, of: counts.lookupsJudged) }
        guard counts.lookupsMade > 0 else { return }
        figures["lookup.made"] = Double(counts.lookupsMade)
        figures["lookup.success"] = percent(counts.lookupsFound, of: counts.lookupsFound + counts.lookupsFailed)
        figures.setTimes("lookup", lookups, [500, 900, 990])
        figures["lookup.mean"] = lookups.mean.map { $0 / 1_000 }
        figures.setTimes("lookup.found", lookupsFound, [500, 900, 990])
        figures["lookup.found.mean"] = lookupsFound.mean.map { $0 / 1_000 }
        figures["lookup.hops.mean"] = lookupHops.mean
        figures["lookup.hops.p50"] = lookupHops.value(atThousandth: 500).map { Double($0) }
        figures["lookup.hops.p90"] = lookupHops.value(atThousandth: 900).map { Double($0) }
        figures["lookup.queries.mean"] = lookupQueries.mean
    }

    // MARK: Nodes

    /// Links of each honest live node at the moment.
    var links: Histogram {
        var links = Histogram(name: "links")
        for notes in nodes where notes.isRunning && !notes.isMalicious { links.note(UInt64(notes.links)) }
        return links
    }

    private func livedTime(until now: VirtualTime) -> TimeSpan {
        nodes.reduce(.zero) { $1.isMalicious ? $0 : $0 + $1.ran(until: now) }
    }

    /// Of nodes that ran for ten seconds: a shorter life is all beginning.
    private func greatestRate(until now: VirtualTime) -> Double? {
        nodes.compactMap { notes in
            let lived = notes.ran(until: now)
            guard !notes.isMalicious, lived >= .seconds(10) else { return nil }
            return Double(notes.bytes) * 1e9 / Double(lived.nanoseconds)
        }.max()
    }

    // MARK: Deliveries

    /// Pairs of an entry and an honest node that runs and had joined when the entry was published, and those of them
    /// where neither the entry nor a later one of its publisher ever arrived. Only entries of honest publishers that run
    /// and want to be listed: what others signed may be over or have died with them. And only those of the first phase: what is
    /// published while all settles may be on its way when the run ends.
    func deliveryPairs(publishedBy end: VirtualTime) -> (expected: UInt64, missed: UInt64) {
        let receivers = nodes.indices.filter { nodes[$0].joinedAt < .distantFuture && !nodes[$0].isMalicious }
        let joined = receivers.map { nodes[$0].joinedAt }.sorted()
        var pairs: (expected: UInt64, missed: UInt64) = (0, 0)
        for page in spread.pages {
            let publisher = nodes[page.publisher.offset]
            guard publisher.isRunning, !publisher.isMalicious, !page.isWithdrawn else { continue }
            for time in page.times where time <= end {
                let others = joined.countUpTo(time) - (publisher.joinedAt <= time ? 1 : 0)
                pairs.expected += UInt64(others)
            }
            for node in receivers where node != page.publisher.offset {
                let arrived = Int(page.arrived[node])
                guard arrived < page.times.count else { continue }
                pairs.missed += UInt64(page.times[arrived...].count { $0 >= nodes[node].joinedAt && $0 <= end })
            }
        }
        return pairs
    }

    private func percent(_ part: UInt64, of whole: UInt64) -> Double? {
        whole == 0 ? nil : Double(part) * 100 / Double(whole)
    }
}

extension [VirtualTime] {
    /// How many of the elements, which are sorted, are not later than `time`.
    fileprivate func countUpTo(_ time: VirtualTime) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Figures {
    /// Quantiles of times in microseconds, as milliseconds; nothing when there are none.
    /// - Parameter thousandths: which ones: 500 becomes `.p50`.
    fileprivate mutating func setTimes(
        _ name: String, _ histogram: Histogram, _ thousandths: [UInt64], withGreatest: Bool = false
    ) {
        for share in thousandths {
            self["\(name).p\(share / 10)"] = histogram.value(atThousandth: share).map { Double($0) / 1_000 }
        }
        if withGreatest, histogram.count > 0 { self["\(name).max"] = Double(histogram.greatest) / 1_000 }
    }
}
