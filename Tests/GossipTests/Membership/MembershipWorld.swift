import OrderedCollections
import Overlay

@testable import Gossip

/// Memberships of several nodes in virtual time. A link takes a fixed latency, a dial twice of it; every message goes through
/// the codec.
struct MembershipWorld {
    private enum Event {
        case message(MembershipMessage, from: Int, to: Int)
        case linked(from: Int, to: Int)
        case wake(Int)
    }

    private struct Scheduled {
        let time: UInt64
        let order: UInt64
        let event: Event
    }

    let identities: [Identity]
    let records: [ContactRecord]
    var nodes: [Membership] = []
    /// Nodes that answer nothing, though their links stand.
    var silent: Set<Int> = []
    var dead: Set<Int> = []
    /// Nodes that have no room for a link.
    var full: Set<Int> = []
    /// By node: the peers that it was told are neighbours.
    var neighbors: [OrderedSet<PeerID>]
    var drops: [MembershipDrop] = []
    var dials: [(time: UInt64, from: Int, to: Int)] = []
    private(set) var milliseconds: UInt64 = 0
    private var links: Set<[Int]> = []
    private var queue: [Scheduled] = []
    private var order: UInt64 = 0
    private var random: RandomSource
    private var indexes: [PeerID: Int] = [:]
    private static let latency: UInt64 = 20

    /// - Parameter address: of a node, by number.
    init(
        count: Int, seed: UInt64, settings: MembershipSettings = MembershipSettings(),
        address: (Int) -> String = { "/ip4/10.0.\($0 / 250).\($0 % 250 + 1)/tcp/4000" }
    ) throws {
        var random = RandomSource(seed: seed)
        self.random = RandomSource(seed: ~seed)
        identities = (0..<count).map { identity(seed << 16 + UInt64($0)) }
        records = try identities.enumerated().map { number, identity in
            try record(of: identity, at: address(number))
        }
        neighbors = Array(repeating: [], count: count)
        let frozen = Frozen(settings)
        for (number, identity) in identities.enumerated() {
            indexes[identity.peerID] = number
            var node = Membership(id: identity.peerID, frozenSettings: frozen, random: random.fork())
            node.contactRenewed(records[number])
            nodes.append(node)
        }
    }

    var now: Moment { moment(0, plus: milliseconds) }

    func peer(_ number: Int) -> PeerID { identities[number].peerID }
    func active(_ number: Int) -> Set<Int> { Set(nodes[number].active.compactMap { indexes[$0] }) }

    // MARK: Links

    /// One node dials another, and the link is up when both know.
    mutating func link(_ one: Int, _ other: Int) { schedule(.linked(from: one, to: other), after: Self.latency * 2) }

    /// The link ends without a word.
    mutating func cut(_ one: Int, _ other: Int) {
        guard links.remove([min(one, other), max(one, other)]) != nil else { return }
        for (node, gone) in [(one, other), (other, one)] where !dead.contains(node) {
            let (id, contact) = (peer(gone), records[gone])
            enter(node) { $0.linkDown(id, contact: contact, isSilent: true, at: $1, into: &$2) }
        }
    }

    /// A node ends; whoever was linked with it finds out.
    mutating func kill(_ number: Int) {
        dead.insert(number)
        for pair in links.sorted(by: { $0.lexicographicallyPrecedes($1) }) where pair.contains(number) {
            cut(pair[0], pair[1])
        }
    }

    /// Nodes dial like a real one: until no neighbour is missing, from what they have in reserve and what is given.
    mutating func dialMore(knowing known: [Int], rounds: Int = 10) {
        for _ in 0..<rounds {
            for number in nodes.indices where !dead.contains(number) && nodes[number].missing > 0 {
                var known = known
                random.shuffle(&known)
                nodes[number].learn(known.map { records[$0] })
                var contacts = nodes[number].passiveContacts
                random.shuffle(&contacts)
                for contact in contacts.prefix(nodes[number].missing) {
                    if let other = indexes[contact.peer] { link(number, other) }
                }
            }
            run(milliseconds: 500)
        }
    }

    // MARK: Time

    mutating func enter(_ number: Int, _ body: (inout Membership, Moment, inout [MembershipAction]) -> Void) {
        var outbox: [MembershipAction] = []
        body(&nodes[number], now, &outbox)
        for action in outbox {
            switch action {
            case .send(let message, let peer):
                guard let other = indexes[peer], !silent.contains(number) else { continue }
                schedule(.message(message, from: number, to: other), after: Self.latency)
            case .activated(let peer): neighbors[number].append(peer)
            case .deactivated(let peer): neighbors[number].remove(peer)
            case .connect(let contact):
                guard let other = indexes[contact.peer] else { continue }
                dials.append((milliseconds, number, other))
                link(number, other)
            case .drop(let reason, _): drops.append(reason)
            }
        }
        if nodes[number].nextDeadline < .distantFuture {
            let due = (nodes[number].nextDeadline.nanoseconds + 999_999) / 1_000_000
            schedule(.wake(number), after: due > milliseconds ? due - milliseconds : 1)
        }
    }

    mutating func run(milliseconds span: UInt64) {
        let end = milliseconds + span
        while let next = queue.first, next.time <= end {
            queue.removeFirst()
            milliseconds = next.time
            carryOut(next.event)
        }
        milliseconds = end
    }

    private mutating func carryOut(_ event: Event) {
        switch event {
        case .wake(let number):
            guard !dead.contains(number), nodes[number].nextDeadline <= now.instant else { return }
            enter(number) { $0.wake(at: $1, into: &$2) }
        case .linked(let one, let other):
            guard !dead.contains(one) else { return }
            guard !dead.contains(other) else { return nodes[one].dialFailed(peer(other)) }
            guard one != other, full.isDisjoint(with: [one, other]),
                links.insert([min(one, other), max(one, other)]).inserted
            else {
                return nodes[one].notLinked(peer(other))
            }
            for (node, peer, origin) in [(one, other, LinkOrigin.outbound), (other, one, .inbound)] {
                let (id, contact) = (self.peer(peer), records[peer])
                enter(node) { $0.linkUp(id, origin: origin, contact: contact, at: $1, into: &$2) }
            }
        case .message(let message, let from, let to):
            guard links.contains([min(from, to), max(from, to)]), !dead.contains(to),
                let decoded = try? MembershipMessage(decoding: message.encode())
            else { return }
            let id = peer(from)
            enter(to) { $0.receive(decoded, from: id, at: $1, into: &$2) }
        }
    }

    private mutating func schedule(_ event: Event, after span: UInt64) {
        order += 1
        let one = Scheduled(time: milliseconds + span, order: order, event: event)
        let place = queue.firstIndex { ($0.time, $0.order) > (one.time, one.order) } ?? queue.endIndex
        queue.insert(one, at: place)
    }

    // MARK: The graph

    /// How many parts the neighbours of living nodes form.
    var components: Int {
        var rest = Set(nodes.indices).subtracting(dead)
        var parts = 0
        while let start = rest.min() {
            parts += 1
            var front: Set = [start]
            rest.remove(start)
            while let one = front.popFirst() {
                for other in active(one) where rest.remove(other) != nil { front.insert(other) }
            }
        }
        return parts
    }
}

func record(of identity: Identity, at address: String, sequence: UInt64 = 1) throws -> ContactRecord {
    try ContactRecord(
        signedBy: identity, sequence: sequence, issuedAt: moment(0).wall, timeToLive: .hours(12), roles: .server,
        addresses: [Multiaddr(text: address)])
}
