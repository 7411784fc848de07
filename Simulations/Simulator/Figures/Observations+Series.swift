import Overlay

extension Observations {
    /// What only the nodes themselves know at a moment.
    public struct Tables: Hashable, Sendable {
        /// Entries of routing tables, over all honest live nodes.
        public var entries = 0
        /// Those of them that point to nodes that do not run.
        public var stale = 0

        public init(entries: Int, stale: Int) {
            self.entries = entries
            self.stale = stale
        }
    }

    /// Takes down how things stand; to be called once a virtual second.
    /// - Parameter tables: nil repeats what was looked at last, because going through all tables takes long.
    public mutating func sample(at time: VirtualTime, tables: Tables? = nil) {
        var point = SeriesPoint(second: time.sinceStart.seconds)
        var ends = 0
        for notes in nodes where notes.isRunning && !notes.isMalicious {
            point.live += 1
            if notes.isComplete { point.complete += 1 }
            ends += Int(notes.links)
        }
        point.links = ends
        point.tableEntries = tables?.entries ?? series.last?.tableEntries ?? 0
        point.staleEntries = tables?.stale ?? series.last?.staleEntries ?? 0
        point.messages = totals.messages - lastTotals.messages
        point.bytes = totals.bytes - lastTotals.bytes
        point.deliveries = totals.deliveries - lastTotals.deliveries
        point.lookups = totals.lookups - lastTotals.lookups
        point.lookupsFailed = totals.lookupsFailed - lastTotals.lookupsFailed
        lastTotals = totals
        series.append(point)
        guard let tables else { return }
        counts.tableEntries += UInt64(max(0, tables.entries))
        counts.staleEntries += UInt64(max(0, tables.stale))
    }

    /// How many of the live nodes closest to a node its table knows, of ``Closeness/asked``.
    public mutating func tableJudged(known: Int, of asked: Int) {
        counts.tablesJudged += 1
        // 18 of 20; of fewer all but a tenth.
        if known * 10 >= asked * 9 { counts.tablesClose += 1 }
    }

    // MARK: Shards

    /// Takes in what another shard saw in the same time. Both have taken their points at the same moments.
    public mutating func merge(_ other: Observations) {
        for (place, theirs) in other.nodes.enumerated() {
            let isMalicious = nodes[place].isMalicious || theirs.isMalicious
            if theirs.wasStarted { nodes[place] = theirs }
            if isMalicious { nodes[place].becomeMalicious() }
        }
        newPublications += other.newPublications
        spread.merge(other.spread)
        spreadTimes.merge(other.spreadTimes)
        for histogram in Self.histograms { self[keyPath: histogram].merge(other[keyPath: histogram]) }
        traffic.merge(other.traffic)
        totals.merge(other.totals)
        lastTotals.merge(other.lastTotals)
        counts.merge(other.counts)
        for (place, point) in other.series.enumerated() {
            if place < series.count { series[place].merge(point) } else { series.append(point) }
        }
    }

    static let histograms: [WritableKeyPath<Observations, Histogram> & Sendable] = [
        \.joined, \.complete, \.deliveries, \.deliveryHops, \.lookups, \.lookupsFound, \.lookupHops, \.lookupQueries,
        \.requests,
    ]
}

extension Observations.Totals {
    fileprivate mutating func merge(_ other: Self) {
        messages += other.messages
        bytes += other.bytes
        deliveries += other.deliveries
        lookups += other.lookups
        lookupsFailed += other.lookupsFailed
    }
}

extension Observations.Counts {
    fileprivate mutating func merge(_ other: Self) {
        published += other.published
        payloadsNew += other.payloadsNew
        payloadsKnown += other.payloadsKnown
        lookupsMade += other.lookupsMade
        lookupsFound += other.lookupsFound
        lookupsFailed += other.lookupsFailed
        lookupsJudged += other.lookupsJudged
        lookupsExact += other.lookupsExact
        requestsAnswered += other.requestsAnswered
        requestsFailed += other.requestsFailed
        accusations += other.accusations
        tableEntries += other.tableEntries
        staleEntries += other.staleEntries
        tablesJudged += other.tablesJudged
        tablesClose += other.tablesClose
    }
}

extension SeriesPoint {
    fileprivate mutating func merge(_ other: Self) {
        live += other.live
        complete += other.complete
        links += other.links
        tableEntries += other.tableEntries
        staleEntries += other.staleEntries
        messages += other.messages
        bytes += other.bytes
        deliveries += other.deliveries
        lookups += other.lookups
        lookupsFailed += other.lookupsFailed
    }
}
