import Overlay

/// Plain Kademlia: one iterative search on one path, tables by prefix alone, and belief in every answer.
///
/// As in go-libp2p-kad-dht without its filters by address: the addresses of a plan have no groups that they could go by.
struct KademliaControl: ControlCore {
    enum Event: Sendable {
        case question(UInt32, serial: UInt32, target: UInt64)
        case answer(UInt32, serial: UInt32, [UInt32])
        case timeout(UInt32, serial: UInt32)
        case refresh
        /// Looks whether the table is nearly empty.
        case recover
    }

    /// A question under way, in a slot that is used again; the serial tells its users apart.
    struct Question: Sendable {
        var serial: UInt32 = 0
        var isOpen = false
        var asker: UInt32 = 0
        var peer: UInt32 = 0
        /// The slot of a search and its serial; nil for pings.
        var search: Place?
    }

    /// A search, in a slot that is used again.
    struct Place: Hashable, Sendable {
        let slot: Int
        let serial: UInt32
    }

    /// One node has buckets of some 5 KB.
    static let mostNodes = 200_000

    let settings = KademliaControlSettings()
    let population: ControlPopulation
    var tables: KademliaTables
    var connections: KademliaConnections
    let order: KeyOrder
    private var questions: [Question] = []
    private var freeQuestions: [UInt32] = []
    private(set) var searches: [KademliaSearch?] = []
    /// Which search is in a slot; zero for none.
    private var serials: [UInt32] = []
    private var searchSerial: UInt32 = 0
    private var freeSearches: [Int] = []
    /// Counts the random keys of a node.
    private var refreshes: [UInt32]
    /// Whether a refresh of a node is under way.
    var isRefreshing: [Bool]
    var hasJoined: [Bool]
    var measurement = KademliaMeasurement()
    var lastEntries: (all: Int, stale: Int) = (0, 0)
    var lastLookups: (made: UInt64, failed: UInt64) = (0, 0)

    init(_ population: ControlPopulation) {
        self.population = population
        let count = population.count
        let ids = Self.ids(of: population)
        tables = KademliaTables(ids: ids, bucketSize: settings.bucketSize)
        connections = KademliaConnections(count: count)
        order = KeyOrder(ids)
        refreshes = Array(repeating: 0, count: count)
        isRefreshing = Array(repeating: false, count: count)
        hasJoined = Array(repeating: false, count: count)
    }

    /// Keys are random; those of a Sybil differ from its victim's in the last bits only, as if ground.
    private static func ids(of population: ControlPopulation) -> [UInt64] {
        var ids = (0..<population.count).map { population.draws.word(.identity, of: UInt64($0)) }
        let honest = ids
        for fault in population.plan.faults {
            guard case .malice(.sybil(let victim)) = fault.kind, victim.offset < honest.count else { continue }
            let free: UInt64 = (1 << 24) - 1
            for node in ids.indices where population.selects(fault.nodes, node) {
                ids[node] = honest[victim.offset] & ~free | honest[node] & free
            }
        }
        return ids
    }

    func links(of node: Int) -> Int { connections.count(of: node) }

    // MARK: Lives

    mutating func start(_ node: Int, _ medium: inout ControlMedium<Event>) {
        tables.clear(node)
        isRefreshing[node] = false
        hasJoined[node] = false
        refresh(node, &medium)
        medium.wakeRegularly(node, .refresh, after: settings.refreshInterval)
        medium.wakeRegularly(node, .recover, after: settings.bootstrapInterval)
    }

    mutating func stop(_ node: Int, saysGoodbye: Bool, _ medium: inout ControlMedium<Event>) {
        for slot in searches.indices where searches[slot]?.node == node { release(slot) }
        connections.closeAll(of: node, saysGoodbye: saysGoodbye)
    }

    mutating func reset(_ node: Int, _ medium: inout ControlMedium<Event>) {
        connections.closeAll(of: node, saysGoodbye: true)
    }

    mutating func operate(_ operation: ControlOperation, _ medium: inout ControlMedium<Event>) {
        guard case .lookup(let target) = operation.kind else { return }
        search(.user(target: target), by: operation.node, target: tables.ids[target], &medium)
    }

    mutating func handle(_ event: Event, at node: Int, from sender: Int, _ medium: inout ControlMedium<Event>) {
        switch event {
        case .question(let question, let serial, let target):
            answer(question, serial, target, at: node, to: sender, &medium)
        case .answer(let question, let serial, let peers):
            guard let ended = close(question, serial) else { return }
            hear(peers, from: ended, &medium)
        case .timeout(let question, let serial):
            guard let ended = close(question, serial) else { return }
            giveUp(ended, &medium)
        case .refresh:
            pingForgotten(node, &medium)
            refresh(node, &medium)
            medium.wakeRegularly(node, .refresh, after: settings.refreshInterval)
        case .recover:
            if Int(tables.sizes[node]) <= settings.fewPeers { refresh(node, &medium) }
            medium.wakeRegularly(node, .recover, after: settings.bootstrapInterval)
        }
    }

    // MARK: Questions

    /// Asks a peer, over a new connection if there is none.
    mutating func ask(
        _ peer: Int, by node: Int, target: UInt64, search: Place?, _ medium: inout ControlMedium<Event>
    ) {
        let index = freeQuestions.popLast() ?? UInt32(questions.count)
        if Int(index) == questions.count { questions.append(Question()) }
        questions[Int(index)].serial &+= 1
        questions[Int(index)].isOpen = true
        questions[Int(index)].asker = UInt32(node)
        questions[Int(index)].peer = UInt32(peer)
        questions[Int(index)].search = search
        let serial = questions[Int(index)].serial
        let roundTrips = connections.connects(node, peer) ? 0 : settings.handshakeRoundTrips
        medium.send(
            .question(index, serial: serial, target: target), from: node, to: peer, bytes: settings.questionLength,
            roundTrips: roundTrips)
        medium.wakeRegularly(node, .timeout(index, serial: serial), after: settings.questionTimeout)
    }

    private mutating func close(_ index: UInt32, _ serial: UInt32) -> Question? {
        let question = questions[Int(index)]
        guard question.isOpen, question.serial == serial else { return nil }
        questions[Int(index)].isOpen = false
        freeQuestions.append(index)
        return question
    }

    private mutating func answer(
        _ question: UInt32, _ serial: UInt32, _ target: UInt64, at node: Int, to asker: Int,
        _ medium: inout ControlMedium<Event>
    ) {
        connections.open(node, asker)
        trim(node)
        trim(asker)
        note(asker, of: node, answered: false, medium)
        guard !medium.conditions.isBlackHole(node) else { return }
        let peers: [UInt32]
        if let accomplices = medium.conditions.accomplices(of: node) {
            let ids = tables.ids
            let others = accomplices.filter { $0 != UInt32(node) && $0 != UInt32(asker) }
            peers = Array(others.sorted { ids[Int($0)] ^ target < ids[Int($1)] ^ target }.prefix(settings.bucketSize))
        } else {
            peers = tables.nearest(to: target, of: node, except: asker)
        }
        medium.send(
            .answer(question, serial: serial, peers), from: node, to: asker,
            bytes: peers.count * settings.peerLength + 40)
    }

    private mutating func trim(_ node: Int) {
        guard connections.count(of: node) > settings.connectionHighWater else { return }
        connections.trim(node, to: settings.connectionLowWater) { tables.contains($0, of: node) }
    }

    private mutating func note(_ peer: Int, of node: Int, answered: Bool, _ medium: ControlMedium<Event>) {
        let second = UInt32(clamping: medium.now.sinceStart.seconds)
        let grace = UInt32(clamping: settings.usefulnessGrace.seconds)
        tables.note(
            peer, of: node, answeredAt: answered ? second : nil, isReplaceable: !hasJoined[node],
            staleBefore: second > grace ? second - grace : 0)
    }

    private mutating func hear(_ peers: [UInt32], from question: Question, _ medium: inout ControlMedium<Event>) {
        let node = Int(question.asker)
        note(Int(question.peer), of: node, answered: true, medium)
        guard let place = question.search, var search = take(place) else { return }
        let depth = search.end(Int(question.peer), .answered)
        if search.isFor(Int(question.peer)) { search.foundAt = medium.now }
        for peer in peers where Int(peer) != node {
            search.hear(of: peer, id: tables.ids[Int(peer)], depth: depth &+ 1)
        }
        goOn(place, search, &medium)
    }

    private mutating func giveUp(_ question: Question, _ medium: inout ControlMedium<Event>) {
        let node = Int(question.asker)
        tables.remove(Int(question.peer), of: node)
        connections.close(node, Int(question.peer))
        guard let place = question.search, var search = take(place) else { return }
        _ = search.end(Int(question.peer), .failed)
        goOn(place, search, &medium)
    }

    // MARK: Slots of searches

    mutating func newPlace() -> Place {
        searchSerial &+= 1
        if let free = freeSearches.popLast() { return Place(slot: free, serial: searchSerial) }
        searches.append(nil)
        serials.append(0)
        return Place(slot: searches.count - 1, serial: searchSerial)
    }

    /// Takes a search out of its slot, to be put back with ``put(_:at:)`` or given up with ``release(_:)``.
    private mutating func take(_ place: Place) -> KademliaSearch? {
        guard serials[place.slot] == place.serial else { return nil }
        return searches[place.slot].take()
    }

    mutating func put(_ search: KademliaSearch, at place: Place) {
        serials[place.slot] = place.serial
        searches[place.slot] = search
    }

    mutating func release(_ slot: Int) {
        serials[slot] = 0
        searches[slot] = nil
        freeSearches.append(slot)
    }

    mutating func newRefreshNumber(_ node: Int) -> UInt64 {
        refreshes[node] &+= 1
        return UInt64(refreshes[node])
    }
}
