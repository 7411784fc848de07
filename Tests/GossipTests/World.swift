import Overlay

@testable import Gossip

/// Many nodes in virtual time: links with latency, loss while faults last, and every message through the codec.
struct World {
    private enum Event {
        case message(GossipMessage, from: Int, to: Int, link: Int)
        case wake(Int)
    }

    private struct Scheduled {
        let time: UInt64
        let order: UInt64
        let event: Event
    }

    /// One entry from one node to another.
    struct Push: Hashable {
        let from: Int
        let to: Int
        let link: Int
        let entry: EntryID
    }

    /// How a link behaves.
    struct Faults {
        /// Messages lost of a thousand.
        var lossPerMille = 0
        /// One-way latency in milliseconds.
        var latency: ClosedRange<Int> = 5...60
    }

    var nodes: [Mesh] = []
    var faults = Faults()
    /// What each node was told last of each peer's listing.
    var listed: [Set<PeerID>] = []
    /// What each node was told to be revoked, in order.
    var revoked: [[Revocation]] = []
    /// How often each node pushed the same entry over the same link.
    var pushes: [Push: Int] = [:]
    /// Who has asked whom for entries that did not come.
    private var grafts: Set<[Int]> = []
    var drops: [DropReason: Int] = [:]
    private(set) var milliseconds: UInt64 = 0
    private(set) var messages = 0
    /// Messages by kind.
    private(set) var sent: [GossipMessage.Kind: Int] = [:]
    private(set) var bytes = 0
    private var random: RandomSource
    private var queue: [Scheduled] = []
    private var order: UInt64 = 0
    private var indexes: [PeerID: Int] = [:]
    private var links: [Int: (Int, Int)] = [:]
    private var linkByPair: [Int: Int] = [:]
    private var lastLink = 0
    private var armed: [UInt64] = []

    private let roots: [PublicKey]
    /// What a node has said to others that it can do; older ones have said nothing.
    var abilities: [GossipAbilities]

    /// - Parameter tune: changes the settings of single nodes.
    init(
        count: Int, seed: UInt64, settings: GossipSettings = GossipSettings(), roots: [PublicKey] = [],
        tune: (Int, inout GossipSettings) -> Void = { _, _ in }
    ) {
        self.roots = roots
        random = RandomSource(seed: seed)
        for number in 0..<count {
            let identity = identity(seed << 16 + UInt64(number))
            indexes[identity.peerID] = number
            var settings = settings
            tune(number, &settings)
            nodes.append(
                Mesh(
                    identity: identity, meshID: testMesh, roots: roots, settings: settings, random: random.fork()))
        }
        listed = Array(repeating: [], count: count)
        revoked = Array(repeating: [], count: count)
        armed = Array(repeating: .max, count: count)
        abilities = Array(repeating: GossipAbilities(), count: count)
    }

    var now: Moment { moment(0, plus: milliseconds) }

    mutating func below(_ bound: Int) -> Int { random.below(bound) }

    // MARK: Links

    func link(between one: Int, and other: Int) -> Int? {
        linkByPair[pair(one, other)]
    }

    private func pair(_ one: Int, _ other: Int) -> Int { min(one, other) * nodes.count + max(one, other) }

    var linkedPairs: [(Int, Int)] { links.keys.sorted().compactMap { links[$0] } }

    mutating func connect(_ one: Int, _ other: Int) {
        guard one != other, link(between: one, and: other) == nil else { return }
        lastLink += 1
        links[lastLink] = (min(one, other), max(one, other))
        linkByPair[pair(one, other)] = lastLink
        let known = (abilities[one], abilities[other])
        act(one) {
            $0.neighborUp($1, with: known.1, at: $2, into: &$3)
        } with: { nodes in
            nodes[other].peerID
        }
        act(other) {
            $0.neighborUp($1, with: known.0, at: $2, into: &$3)
        } with: { nodes in
            nodes[one].peerID
        }
    }

    /// Links every node with others until it has `degree` of them, on the average; the first also in a ring.
    mutating func connectRandomly(degree: Int) {
        for one in nodes.indices { connect(one, (one + 1) % nodes.count) }
        while linkedPairs.count < nodes.count * degree / 2 { connect(below(nodes.count), below(nodes.count)) }
    }

    /// Whatever is in flight on the link is lost.
    mutating func disconnect(_ one: Int, _ other: Int) {
        guard let gone = link(between: one, and: other) else { return }
        links[gone] = nil
        linkByPair[pair(one, other)] = nil
        act(one) {
            $0.neighborDown($1, at: $2, into: &$3)
        } with: { nodes in
            nodes[other].peerID
        }
        act(other) {
            $0.neighborDown($1, at: $2, into: &$3)
        } with: { nodes in
            nodes[one].peerID
        }
    }

    private mutating func act(
        _ index: Int, _ body: (inout Mesh, PeerID, Moment, inout [MeshAction]) -> Void, with peer: ([Mesh]) -> PeerID
    ) {
        var outbox: [MeshAction] = []
        body(&nodes[index], peer(nodes), now, &outbox)
        carryOut(outbox, of: index)
    }

    // MARK: Nodes

    @discardableResult
    mutating func publish(_ index: Int, _ models: [String], as service: String = "inference:openrouter") -> Publication?
    {
        guard let offer = try? offer(service, models: models) else { return nil }
        var outbox: [MeshAction] = []
        let result = nodes[index].publish(offers: [offer], at: now, into: &outbox)
        carryOut(outbox, of: index)
        return result
    }

    mutating func use(_ service: ServiceName, of host: Int, at index: Int) {
        nodes[index].use(service, of: nodes[host].peerID, at: now)
        carryOut([], of: index)
    }

    @discardableResult
    mutating func withdraw(_ index: Int) -> Publication {
        var outbox: [MeshAction] = []
        let result = nodes[index].withdraw(at: now, into: &outbox)
        carryOut(outbox, of: index)
        return result
    }

    @discardableResult
    mutating func add(_ statements: [Revocation], to index: Int) -> [RevocationList.Acceptance] {
        var outbox: [MeshAction] = []
        let result = nodes[index].add(revocations: statements.map(\.bytes), at: now, into: &outbox)
        carryOut(outbox, of: index)
        return result
    }

    mutating func inject(_ message: GossipMessage, from: Int, to: Int) {
        var outbox: [MeshAction] = []
        nodes[to].receive(message, from: nodes[from].peerID, at: now, into: &outbox)
        carryOut(outbox, of: to)
    }

    /// Ends a node without a word and puts a new one with the same key in its place, without links.
    mutating func restart(_ index: Int, seed: UInt64, snapshot: [[UInt8]] = []) {
        for (one, other) in linkedPairs where one == index || other == index { disconnect(one, other) }
        let identity = nodes[index].identity
        nodes[index] = Mesh(
            identity: identity, meshID: testMesh, roots: roots, settings: nodes[index].settings,
            random: RandomSource(seed: seed))
        listed[index] = []
        var outbox: [MeshAction] = []
        _ = nodes[index].restore(snapshot, at: now, into: &outbox)
        carryOut(outbox, of: index)
    }

    // MARK: Time

    mutating func run(_ span: TimeSpan) {
        let end = milliseconds + span.milliseconds
        while let next = queue.first, next.time <= end {
            queue.removeFirst()
            milliseconds = max(milliseconds, next.time)
            perform(next.event)
        }
        milliseconds = end
    }

    private mutating func perform(_ event: Event) {
        var outbox: [MeshAction] = []
        switch event {
        case .wake(let index):
            armed[index] = .max
            nodes[index].wake(at: now, into: &outbox)
            carryOut(outbox, of: index)
        case .message(let message, let from, let to, let link):
            guard links[link] != nil else { return }
            nodes[to].receive(message, from: nodes[from].peerID, at: now, into: &outbox)
            carryOut(outbox, of: to)
        }
    }

    private mutating func schedule(_ event: Event, at time: UInt64) {
        order += 1
        let item = Scheduled(time: time, order: order, event: event)
        let place = queue.partitionPoint { ($0.time, $0.order) > (time, item.order) }
        queue.insert(item, at: place)
    }

    private mutating func carryOut(_ outbox: [MeshAction], of index: Int) {
        for action in outbox {
            switch action {
            case .send(let message, let peer): send(message, from: index, to: peer)
            case .drop(let reason, _): drops[reason, default: 0] += 1
            case .changed(.added(let peer)), .changed(.updated(let peer)): listed[index].insert(peer)
            case .changed(.removed(let peer)): listed[index].remove(peer)
            case .revoked(let news): revoked[index] += news
            }
        }
        // A wall clock in milliseconds may show the deadline only after it, so deadlines are rounded up.
        let deadline = nodes[index].nextDeadline
        guard deadline != .distantFuture else { return }
        let due = max(milliseconds, (deadline.nanoseconds + 999_999) / 1_000_000)
        guard due < armed[index] else { return }
        armed[index] = due
        schedule(.wake(index), at: due)
    }

    private mutating func send(_ message: GossipMessage, from: Int, to peer: PeerID) {
        guard let to = indexes[peer], let link = link(between: from, and: to) else { return }
        let encoded = message.encode()
        messages += 1
        sent[message.kind, default: 0] += 1
        bytes += encoded.readableBytes
        if case .graft(let summaries) = message, !summaries.isEmpty { grafts.insert([from, to]) }
        // What was asked for may have been pushed before, and lost.
        if let entries = message.pushedEntries, !grafts.contains([to, from]) {
            for entry in entries {
                pushes[Push(from: from, to: to, link: link, entry: EntryID(of: entry)), default: 0] += 1
            }
        }
        guard random.below(1_000) >= faults.lossPerMille, let read = try? GossipMessage(decoding: encoded) else {
            return
        }
        let span = faults.latency.upperBound - faults.latency.lowerBound
        let latency = faults.latency.lowerBound + random.below(span + 1)
        schedule(.message(read, from: from, to: to, link: link), at: milliseconds + UInt64(latency))
    }
}

extension GossipMessage {
    /// What is pushed with it, however it is written.
    fileprivate var pushedEntries: [[UInt8]]? {
        switch self {
        case .push(let entries): entries
        case .packedPush(let entries): entries.compactMap { try? $0.unpacked(of: testMesh) }
        default: nil
        }
    }
}
