import Inference
import Overlay

/// Lets one node search another in the key space, on copies of everybody's routing, so that the world is not touched:
/// the real lookup, the real answers, links that come up at once and messages that take no time.
struct LookupProbe {
    private let routing: [Kademlia]
    /// Of those that have said or heard something in this search.
    private var touched: [Int: Kademlia] = [:]
    private let places: [PeerID: Int]
    private let moments: [Moment]
    private let endpoints: [UDPEndpoint]
    private var mail: [(from: Int, to: Int, message: KademliaMessage, source: DatagramSource?)] = []
    private let numbers: [NodeIndex: Int]
    private var result: LookupResult?

    init(_ nodes: [SimulatedNode], at time: VirtualTime) {
        routing = nodes.map(\.peer.kademlia)
        moments = nodes.map { $0.clock.moment(at: time) }
        var places: [PeerID: Int] = [:]
        var numbers: [NodeIndex: Int] = [:]
        for (place, node) in nodes.enumerated() {
            places[node.peer.id] = place
            numbers[node.index] = place
        }
        self.places = places
        self.numbers = numbers
        endpoints = nodes.map { AddressPlan.endpoint(of: $0.index) }
    }

    /// Searches one node from another, both by their places among the nodes; every search begins with the routing as it was.
    func search(_ target: Int, from start: Int) -> LookupResult? {
        var probe = self
        return probe.run(target, from: start)
    }

    private mutating func run(_ target: Int, from start: Int) -> LookupResult? {
        let peer = routing[target].own.peer
        enter(start) { routing, now, actions in
            routing.lookup(NodeKey(peer), id: LookupID(.max), at: now, into: &actions)
        }
        var next = 0
        while next < mail.count, result == nil {
            let letter = mail[next]
            next += 1
            let sender = routing[letter.from].own.peer
            enter(letter.to) { routing, now, actions in
                guard let source = letter.source else {
                    return routing.receive(letter.message, from: sender, at: now, into: &actions)
                }
                routing.receive(
                    letter.message, from: sender, source: source, room: DatagramLimits.message, at: now, into: &actions)
            }
        }
        // Who knows nobody waits for the first peer, and none comes here.
        if mail.isEmpty, result == nil { wake(start, after: routing[start].settings.firstPeerLimit) }
        return result
    }

    private mutating func wake(_ place: Int, after span: TimeSpan) {
        enter(place) { routing, now, actions in
            routing.wake(at: Moment(instant: now.instant + span, wall: now.wall + span), into: &actions)
        }
    }

    private mutating func enter(_ place: Int, _ body: (inout Kademlia, Moment, inout [KademliaAction]) -> Void) {
        var actions: [KademliaAction] = []
        body(&touched[place, default: routing[place]], moments[place], &actions)
        for action in actions {
            switch action {
            case .send(let message, let peer):
                if let to = places[peer] { mail.append((place, to, message, nil)) }
            case .ask(let message, _, let endpoint, _):
                post(message, from: place, to: endpoint)
            case .answer(let message, let source):
                post(message, from: place, to: source.endpoint)
            case .connect(let contact):
                connect(place, to: contact)
            case .lookupFinished(LookupID(.max), let finished):
                result = finished
            case .lookupFinished, .renewContact, .dialBack, .reachChanged, .datagramsBlocked, .contactFound,
                .contactMissing, .judge, .advertisementsFound, .searchFinished, .drop:
                break
            }
        }
    }

    /// Datagrams to whoever does not run are lost.
    private mutating func post(_ message: KademliaMessage, from place: Int, to endpoint: UDPEndpoint) {
        guard let there = AddressPlan.node(at: endpoint).flatMap({ numbers[$0] }) else { return }
        let source = DatagramSource(session: 0, endpoint: endpoints[place], isFirst: false)
        mail.append((place, there, message, source))
    }

    /// A link comes up when somebody listens at one of the addresses and is who is expected.
    private mutating func connect(_ place: Int, to contact: Contact) {
        let own = routing[place].own.peer
        guard let there = places[contact.peer] else {
            return enter(place) { $0.dialFailed(contact.peer, at: $1, into: &$2) }
        }
        enter(there) { $0.linkAdmitted(own, record: nil, roundTrip: nil, at: $1, into: &$2) }
        enter(place) { $0.linkAdmitted(contact.peer, record: nil, roundTrip: nil, at: $1, into: &$2) }
    }
}
