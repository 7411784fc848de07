import Overlay

/// What a run shows while it goes on, in counters and histograms: told by whoever drives the nodes, of honest nodes and
/// malicious ones alike, and made into ``Figures`` at the end. Figures are about honest nodes.
///
/// Each shard of a world has its own and tells it of its own nodes. Publications are told to all: what
/// ``takePublications()`` gives goes to ``learn(_:)`` of the others before any other shard can hear of the entries.
/// ``merge(_:)`` then gives the same as one for all would have, whatever the order.
public struct Observations: Sendable {
    let population: Population
    var nodes: [NodeNotes]
    var spread: EntrySpread
    var spreadTimes: SpreadTimes
    var trails: EntryTrails
    var newPublications: [Publication] = []

    var joined = Histogram(name: "joined")
    var complete = Histogram(name: "catalog.complete")
    var deliveries = Histogram(name: "delivery")
    var lookups = Histogram(name: "lookup")
    var lookupsFound = Histogram(name: "lookup.found")
    var lookupHops = Histogram(name: "lookup.hops")
    var lookupQueries = Histogram(name: "lookup.queries")
    var requests = Histogram(name: "requests")

    var traffic = Traffic()
    /// Running totals of everybody's, of which series are made.
    var totals = Totals()
    var lastTotals = Totals()
    var counts = Counts()
    /// Links are counted at both ends here.
    var series: [SeriesPoint] = []

    /// What a point of a series takes the difference of.
    struct Totals: Sendable {
        var messages: UInt64 = 0
        var bytes: UInt64 = 0
        var deliveries: UInt64 = 0
        var lookups: UInt64 = 0
        var lookupsFailed: UInt64 = 0
    }

    struct Counts: Sendable {
        var published: UInt64 = 0
        var payloadsNew: UInt64 = 0
        var payloadsKnown: UInt64 = 0
        var lookupsMade: UInt64 = 0
        var lookupsFound: UInt64 = 0
        var lookupsFailed: UInt64 = 0
        var lookupsJudged: UInt64 = 0
        var lookupsExact: UInt64 = 0
        var requestsAnswered: UInt64 = 0
        var requestsFailed: UInt64 = 0
        var accusations: UInt64 = 0
        var tableEntries: UInt64 = 0
        var staleEntries: UInt64 = 0
        var tablesJudged: UInt64 = 0
        var tablesClose: UInt64 = 0
    }

    /// - Parameters:
    ///   - publishers: how many nodes publish, to know whether all can be followed.
    ///   - mostPairs: pairs of a publisher and a node that are followed at most; above, publishers are drawn.
    ///   - updatePeriod: when entries are published that are followed one by one.
    public init(
        _ population: Population, publishers: Int, mostPairs: Int = 64_000_000,
        updatePeriod: Range<VirtualTime> = .zero ..< .zero
    ) {
        self.population = population
        nodes = Array(repeating: NodeNotes(), count: population.count)
        spread = EntrySpread(population, publishers: publishers, mostPairs: mostPairs)
        trails = EntryTrails(nodes: population.count, publishers: publishers)
        spreadTimes = SpreadTimes(updatePeriod)
    }

    // MARK: Nodes

    /// From now on the node is left out of what is measured of honest ones.
    public mutating func malicious(_ node: NodeIndex) { nodes[node.offset].becomeMalicious() }

    /// It runs from now on, for the first time or again.
    public mutating func started(_ node: NodeIndex, at time: VirtualTime) { nodes[node.offset].start(at: time) }

    /// It does not run any more, however it came to that.
    public mutating func stopped(_ node: NodeIndex, at time: VirtualTime) { nodes[node.offset].stop(at: time) }

    /// A link that this node counts as admitted came up.
    public mutating func linkUp(at node: NodeIndex, _ time: VirtualTime) {
        nodes[node.offset].links += 1
        if let span = nodes[node.offset].gotLink(at: time) { note(span, of: node, in: \.joined) }
    }

    /// Such a link is over.
    public mutating func linkDown(at node: NodeIndex) {
        guard nodes[node.offset].links > 0 else { return }
        nodes[node.offset].links -= 1
    }

    /// Its routing table has somebody in it; saying so again changes nothing.
    public mutating func tableFilled(at node: NodeIndex, _ time: VirtualTime) {
        if let span = nodes[node.offset].gotTable(at: time) { note(span, of: node, in: \.joined) }
    }

    /// It lists every live entry, or does not any more.
    public mutating func complete(_ isComplete: Bool, at node: NodeIndex, _ time: VirtualTime) {
        guard let span = nodes[node.offset].setComplete(isComplete, at: time) else { return }
        note(span, of: node, in: \.complete)
    }

    /// It gave up another node for silence, or lists its entry as unreachable.
    /// - Parameter isFalse: the other node ran, packets passed both ways, and if it had stood still, one that it sent when it
    ///   went on could have arrived.
    public mutating func accused(by node: NodeIndex, isFalse: Bool) {
        if isFalse && !nodes[node.offset].isMalicious { counts.accusations += 1 }
    }

    /// A node for the map.
    /// - Parameters:
    ///   - x: thousandths of the map's width.
    ///   - y: thousandths of its height.
    public func place(of node: NodeIndex, x: UInt16, y: UInt16, region: UInt8) -> NodePlace {
        let notes = nodes[node.offset]
        return NodePlace(node: node, x: x, y: y, region: region, links: notes.links, isMalicious: notes.isMalicious)
    }

    /// Times are counted in microseconds.
    func micros(_ span: TimeSpan) -> UInt64 { span.nanoseconds / 1_000 }

    private mutating func note(
        _ span: TimeSpan, of node: NodeIndex, in histogram: WritableKeyPath<Observations, Histogram>
    ) {
        if !nodes[node.offset].isMalicious { self[keyPath: histogram].note(micros(span)) }
    }
}
