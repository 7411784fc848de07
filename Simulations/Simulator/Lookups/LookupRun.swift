import Overlay

/// One search in a ``LookupWorld``.
struct LookupRun {
    enum Event: Sendable {
        case datagram(Bytes, from: Int, to: Int, isFirst: Bool, opensSession: Bool)
        case message(Bytes, from: Int, to: Int)
        case linked(Int, Int)
        case dialFailed(Int, PeerID)
    }

    /// No search takes as long.
    private static let longest = TimeSpan.minutes(2)
    /// Nodes have run for a while when the search begins.
    private static let age = TimeSpan.hours(1)

    let plan: LookupPlan
    let space: KeySpace
    let draws: Draws
    let searcher: Int
    private let number: UInt64
    private let settings: Frozen<KademliaSettings>
    private let target: NodeKey
    private let nearest: [NodeKey]
    private var nodes: [Int: Kademlia] = [:]
    private(set) var shelf: RecordShelf
    /// Pairs that have a session, the nearer place in the order of keys first.
    var sessions: Set<[Int]> = []
    private var queue = EventQueue<Event>()
    private var now = VirtualTime.zero
    private var events: UInt32 = 0
    private var result: LookupResult?
    private var foundAt: VirtualTime?
    private(set) var datagrams: UInt64 = 0
    private var bytes = 0

    init(_ number: UInt64, _ settings: KademliaSettings, space: KeySpace, draws: Draws, plan: LookupPlan) {
        self.number = number
        self.settings = Frozen(settings)
        self.space = space
        self.draws = draws
        self.plan = plan
        shelf = RecordShelf(nodes: 0)
        target = NodeKey(hashing: draws.bytes(32, .sample, of: number))
        searcher = space.running(draws.word(.sample, of: number, 1 << 32))
        nearest = space.nearest(settings.lookup.wanted, to: target, except: searcher)
    }

    /// Runs it. Nil when it has no end, which no lookup may do.
    mutating func outcome(with shelf: inout RecordShelf) -> LookupWorld.Outcome? {
        swap(&self.shelf, &shelf)
        defer { swap(&self.shelf, &shelf) }
        let (target, id) = (target, LookupID(number))
        enter(searcher) { $0.lookup(target, id: id, at: $1, into: &$2) }
        while result == nil, now.sinceStart < Self.longest {
            let wake = nodes[searcher].map { VirtualTime.zero + $0.nextDeadline.since(.zero + Self.age) }
            if let next = queue.nextTime, next <= wake ?? next {
                guard let event = queue.pop() else { break }
                now = event.time
                handle(event.payload)
            } else if let wake {
                now = max(now, wake)
                enter(searcher) { $0.wake(at: $1, into: &$2) }
            }
        }
        guard let result else { return nil }
        return LookupWorld.Outcome(
            time: now.sinceStart, foundAfter: foundAt?.sinceStart, isExact: result.closest.map(\.key) == nearest,
            counters: result.counters, datagrams: Int(clamping: datagrams), bytes: bytes)
    }

    private var moment: Moment {
        Moment(instant: .zero + Self.age + now.sinceStart, wall: space.wall + now.sinceStart)
    }

    /// Half of what the pair's round trip takes.
    func oneWay(_ one: Int, _ other: Int) -> TimeSpan { roundTrip(one, other) / 2 }

    func roundTrip(_ one: Int, _ other: Int) -> TimeSpan {
        let numbers = [space.nodes[one].number, space.nodes[other].number].sorted()
        return draws.span(in: plan.roundTrip, .latency, of: UInt64(numbers[0]) << 32 | UInt64(numbers[1]))
    }

    mutating func schedule(_ event: Event, after span: TimeSpan) {
        events += 1
        queue.push(event, at: now + span, key: EventKey(source: 0, number: events))
    }

    // MARK: Nodes

    mutating func record(_ place: Int) -> ContactRecord? { shelf.record(place, in: space) }

    /// A node that has run for a while: everybody in its table has answered once, and some have died since.
    private mutating func make(_ place: Int) -> Kademlia? {
        guard let own = record(place) else { return nil }
        let source = RandomSource(seed: draws.word(.node, of: UInt64(space.nodes[place].number), number))
        var node = Kademlia(own: own, frozenSettings: settings, random: source, memory: shelf.memory)
        let known = space.contacts(of: place, perBucket: settings.value.routing.bucketSize).compactMap { other in
            record(other).map { (record: $0, roundTrip: roundTrip(place, other)) }
        }
        node.settle(among: known, networkSize: plan.nodes, at: moment)
        return node
    }

    mutating func enter(_ place: Int, _ body: (inout Kademlia, Moment, inout [KademliaAction]) -> Void) {
        guard space.nodes[place].runs, var node = nodes.removeValue(forKey: place) ?? make(place) else { return }
        var actions: [KademliaAction] = []
        body(&node, moment, &actions)
        nodes[place] = node
        for action in actions { carryOut(action, for: place) }
    }

    private mutating func carryOut(_ action: KademliaAction, for place: Int) {
        switch action {
        case .ask(let message, _, let endpoint, let isFirst):
            send(message, from: place, to: endpoint, isFirst: isFirst)
        case .answer(let message, let source):
            answer(message, from: place, to: source)
        case .send(let message, let peer):
            sendOverLink(message, from: place, to: peer)
        case .connect(let contact):
            connect(place, to: contact.peer)
        case .lookupFinished(_, let finished):
            result = finished
        case .dialBack, .reachChanged, .datagramsBlocked, .contactFound, .contactMissing, .judge, .advertisementsFound,
            .searchFinished,
            .renewContact, .drop:
            break
        }
    }

    // MARK: On the way

    /// Counts a datagram. False when it is lost.
    mutating func passes(_ length: Int) -> Bool {
        datagrams += 1
        bytes += length
        return !draws.happens(plan.loss, .loss, of: number, datagrams)
    }

    private mutating func handle(_ event: Event) {
        switch event {
        case .datagram(let bytes, let sender, let place, let isFirst, let opensSession):
            guard let message = try? KademliaMessage(decoding: bytes), let record = record(sender) else { return }
            noteArrival(from: sender, at: place)
            let source = DatagramSource(session: 0, endpoint: AddressPlan.endpoint(of: index(sender)), isFirst: isFirst)
            let room = isFirst ? Self.firstAnswerRoom(self.record(place) ?? record) : DatagramLimits.message
            enter(place) { node, now, actions in
                if isFirst || opensSession { node.introduced(record.bytes, by: record.peer, at: now, into: &actions) }
                node.receive(message, from: record.peer, source: source, room: room, at: now, into: &actions)
            }
        case .message(let bytes, let sender, let place):
            guard let message = try? KademliaMessage(decoding: bytes), let record = record(sender) else { return }
            noteArrival(from: sender, at: place)
            enter(place) { $0.receive(message, from: record.peer, at: $1, into: &$2) }
        case .linked(let caller, let callee):
            for (near, far) in [(callee, caller), (caller, callee)] {
                guard let record = record(far) else { continue }
                let roundTrip = roundTrip(near, far)
                enter(near) {
                    $0.linkAdmitted(record.peer, record: record.bytes, roundTrip: roundTrip, at: $1, into: &$2)
                }
            }
        case .dialFailed(let caller, let peer):
            enter(caller) { $0.dialFailed(peer, at: $1, into: &$2) }
        }
    }

    private mutating func noteArrival(from sender: Int, at place: Int) {
        guard place == searcher, foundAt == nil, space.nodes[sender].key == nearest.first else { return }
        foundAt = now
    }
}
