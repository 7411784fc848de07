import Gossip
import Inference
import Overlay

/// Notes what happens in one part of a world: figures, and checks of what its nodes list.
///
/// What publishers sign is told to the witnesses of all parts between two windows, before any node there can hear of it.
struct Witness: Sendable {
    /// What the others must be told.
    struct News: Sendable {
        var publications: [Publication] = []
        var notes: [EntryLedger.Note] = []
        var changes: [PublisherCount.Change] = []

        var isEmpty: Bool { publications.isEmpty && notes.isEmpty && changes.isEmpty }
    }

    var observations: Observations
    var ledger: EntryLedger
    private var listings: ListingCheck
    var requests = RequestCheck()
    private var publishers: PublisherCount
    private var changes: [PublisherCount.Change] = []
    private let ids: [PeerID]
    private let numbers: [PeerID: NodeIndex]

    init(_ setup: Setup) {
        let plan = setup.plan
        let population = setup.population
        observations = Observations(population, publishers: plan.publishers, updatePeriod: plan.updatePeriod)
        ledger = EntryLedger(nodes: plan.nodes)
        listings = ListingCheck(population, publishers: plan.publishers)
        publishers = PublisherCount(nodes: plan.nodes, delay: setup.floor)
        ids = setup.ids
        numbers = setup.numbers
        for node in population.maliciousNodes(of: plan) {
            observations.malicious(node)
            ledger.becameMalicious(node)
        }
    }

    // MARK: News

    mutating func takeNews() -> News {
        defer { changes = [] }
        return News(publications: observations.takePublications(), notes: ledger.takeNews(), changes: changes)
    }

    mutating func learn(_ news: News) {
        observations.learn(news.publications)
        ledger.learn(news.notes)
        for change in news.changes { publishers.note(change) }
    }

    private mutating func setListed(_ isListed: Bool, _ publisher: NodeIndex, at time: VirtualTime) {
        guard !ledger.isMalicious(publisher) else { return }
        let change = PublisherCount.Change(publisher: publisher, isListed: isListed, time: time)
        publishers.note(change)
        changes.append(change)
    }

    // MARK: Observations

    mutating func note(
        _ what: Observation, at node: NodeIndex, _ time: VirtualTime, into found: inout [Violation]
    ) {
        switch what {
        case .started: observations.started(node, at: time)
        case .stopped: stopped(node, at: time)
        case .published(let entry): published(entry, by: node, at: time)
        case .withdrawn: withdrawn(by: node, at: time)
        case .listed(let entry, let wall, let source):
            listed(entry, by: node, from: source, wall: wall, at: time, into: &found)
        case .unlisted(let peer, let wall):
            guard let publisher = numbers[peer] else { return }
            listings.unlisted(publisher, by: node, wall: wall, at: time, ledger: ledger, into: &found)
        case .lookupStarted: observations.lookupStarted(by: node)
        case .lookup(let lookup, let result):
            observations.lookupFinished(
                by: node, after: time.since(lookup.startedAt), foundAfter: result.foundAfter,
                hops: result.counters.depth, queries: result.counters.queries,
                isFound: result.closest.first?.peer == ids[lookup.target.offset])
        case .requestExecuted(let id): requests.executed(id, at: time, into: &found)
        case .requestEnded(let made): requestEnded(made, at: node, time, into: &found)
        case .accused: break
        case .violation(let violation): found.append(violation)
        }
    }

    private mutating func stopped(_ node: NodeIndex, at time: VirtualTime) {
        observations.stopped(node, at: time)
        // When it starts again it knows nothing of what it listed.
        listings.forget(node)
        requests.stopped(node)
        if ledger.page(of: node)?.isLive == true { setListed(false, node, at: time) }
    }

    private mutating func published(_ entry: CatalogEntry, by node: NodeIndex, at time: VirtualTime) {
        ledger.published(EntryLedger.Entry(entry), by: node)
        observations.published(Publication(by: node, sequence: entry.sequence, at: time))
        setListed(true, node, at: time)
    }

    private mutating func withdrawn(by node: NodeIndex, at time: VirtualTime) {
        ledger.withdrawn(by: node)
        observations.published(Publication(by: node, sequence: nil, at: time))
        setListed(false, node, at: time)
    }

    private mutating func listed(
        _ entry: CatalogEntry, by node: NodeIndex, from source: NodeIndex?, wall: WallTime, at time: VirtualTime,
        into found: inout [Violation]
    ) {
        guard let publisher = numbers[entry.peer] else {
            let text = "sequence \(entry.sequence) of \(entry.peer), who is no node of this world"
            return found.append(Violation(.forgedEntry, at: time, node: node, text))
        }
        listings.listed(
            EntryLedger.Entry(entry), of: publisher, by: node, wall: wall, at: time, ledger: ledger, into: &found)
        observations.listed(entry.sequence, of: publisher, by: node, from: source, at: time)
    }

    private mutating func requestEnded(
        _ made: RequestLog.Made, at node: NodeIndex, _ time: VirtualTime, into found: inout [Violation]
    ) {
        requests.ended(made.id, at: time, into: &found)
        if let route = made.route {
            requests.took(route.hops.compactMap { numbers[$0] }, by: made.id, at: time, into: &found)
        }
        guard case .answered(status: 200) = made.end, made.answer == made.sentBody else {
            return observations.requestFailed(at: node)
        }
        observations.requestAnswered(at: node, after: time.since(made.startedAt))
    }

    // MARK: Looks at cores

    /// What a core shows after one of its entries.
    mutating func note(_ glance: SimulatedNode.Glance, at node: NodeIndex, _ time: VirtualTime) {
        while Int(observations.nodes[node.offset].links) < glance.links { observations.linkUp(at: node, time) }
        while Int(observations.nodes[node.offset].links) > glance.links { observations.linkDown(at: node) }
        if glance.hasTable { observations.tableFilled(at: node, time) }
        for _ in 0..<glance.newEntries { observations.payload(isNew: true, at: node) }
        for _ in 0..<glance.knownEntries { observations.payload(isNew: false, at: node) }
        review(node, listed: glance.listed, at: time)
    }

    /// Whether a node that has joined lists as many entries as there are publishers that want to be listed.
    mutating func review(_ node: NodeIndex, listed: Int, at time: VirtualTime) {
        let notes = observations.nodes[node.offset]
        let isComplete = notes.joinedAt < .distantFuture && listed >= publishers.count(at: time)
        guard isComplete != notes.isComplete else { return }
        observations.complete(isComplete, at: node, time)
    }
}

extension EntryLedger.Entry {
    init(_ entry: CatalogEntry) {
        self.init(sequence: entry.sequence, digest: EntryLedger.digest(of: entry.bytes), expiry: entry.expiry)
    }
}

extension Population {
    /// Nodes that behave badly at some time; none of them counts for what is measured of honest ones.
    func maliciousNodes(of plan: Plan) -> NodeSet {
        var malicious = NodeSet(capacity: count)
        for fault in plan.faults {
            guard case .malice = fault.kind else { continue }
            for node in members(of: fault.nodes) { malicious.insert(node) }
        }
        return malicious
    }
}
