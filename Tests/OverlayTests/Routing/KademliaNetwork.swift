@testable import Overlay

/// Kademlia values joined by a network in virtual time: links are made on request, messages travel encoded, and nothing
/// but the events' order decides what happens.
struct KademliaNetwork {
    enum Event {
        case message(Bytes, from: Int, to: Int)
        case datagram(Bytes, from: Int, to: Int, isFirst: Bool)
        case dialBack(DialBackNonce, from: Int, to: Int)
        case dial(from: Int, to: PeerID)
        case linked(Int, Int)
        case dialFailed(Int, PeerID)
    }

    var random: RandomSource
    var nodes: [Kademlia] = []
    var identities: [Identity] = []
    var numbers: [PeerID: Int] = [:]
    var dead: Set<Int> = []
    var links: Set<[Int]> = []
    var now = TimeSpan.zero
    var results: [LookupID: LookupResult] = [:]
    /// What searches for advertisements found, and how they ended.
    var found: [SearchID: Set<[UInt8]>] = [:]
    var searchResults: [SearchID: SearchResult] = [:]
    /// Peers whose contact was found, and those of which it was not.
    var contactsFound: [PeerID] = []
    var contactsMissing: [PeerID] = []
    var drops: [KademliaDrop] = []
    var bytesSent = 0
    var messagesSent = 0
    var dials = 0
    var datagramsSent = 0
    /// Whether nodes have addresses for datagrams.
    let usesDatagrams: Bool
    /// Datagrams of a hundred that are lost.
    var loss = 0
    /// Bytes that an answer to a first packet may have.
    var firstRoom = 800
    /// When two nodes last exchanged a datagram, which keeps their session for five minutes.
    /// Messages that were too long for a first packet.
    var tooLong = 0
    private var sessions: [[Int]: TimeSpan] = [:]
    /// Nodes that no datagram reaches or leaves.
    var firewalled: Set<Int> = []
    /// Nodes that hear nothing but answers.
    var shut: Set<Int> = []
    /// Nodes that say that they have sent dial-backs, and send none.
    var liars: Set<Int> = []
    /// Nodes that do not know what a dial-back is.
    var strangersToDialBacks: Set<Int> = []
    /// What nodes were last told about being reached.
    var reaches: [Int: Reach] = [:]
    var dialBacksSent = 0
    /// What nodes were last told by their own part about datagrams.
    var blocked: Set<Int> = []
    /// The next event last.
    private var queue: [(at: TimeSpan, event: Event)] = []
    /// When each node wants to be woken.
    private var deadlines: [TimeSpan] = []

    init(
        size: Int, seed: UInt64, settings: KademliaSettings = KademliaSettings(), usesDatagrams: Bool = false
    ) throws {
        self.usesDatagrams = usesDatagrams
        var fixtures = RoutingFixtures(seed: seed)
        for number in 0..<size {
            let identity = fixtures.identity()
            let addresses = Self.addresses(number, usesDatagrams)
            let record = try RoutingFixtures.record(identity, addresses: addresses)
            identities.append(identity)
            numbers[identity.peerID] = number
            nodes.append(Kademlia(own: record, settings: settings, random: fixtures.random.fork()))
        }
        random = fixtures.random
        deadlines = nodes.map { $0.nextDeadline.since(.zero) }
    }

    private static func addresses(_ number: Int, _ usesDatagrams: Bool) -> [String] {
        let link = "/ip4/127.0.0.1/tcp/\(4_000 + number)"
        return usesDatagrams ? [link, "/ip4/127.0.0.1/udp/\(4_000 + number)"] : [link]
    }

    private static func endpoint(_ number: Int) -> UDPEndpoint {
        UDPEndpoint(ip: .v4(0x7f00_0001), port: UInt16(4_000 + number))
    }

    var moment: Moment { RoutingFixtures.moment(now) }

    /// Links two nodes as a bootstrap address does: without a contact record.
    mutating func join(_ number: Int, through other: Int) {
        schedule(.dial(from: number, to: nodes[other].own.peer), after: .zero)
    }

    mutating func lookup(_ target: NodeKey, from number: Int, id: UInt64) {
        act(number) { $0.lookup(target, id: LookupID(id), at: $1, into: &$2) }
    }

    /// The node wants to know whether it is reached.
    mutating func listen(_ number: Int) {
        let endpoint = Self.endpoint(number)
        act(number) { $0.listen(at: [endpoint], at: $1, into: &$2) }
    }

    /// Searches random nodes from random nodes, of those that live; how often the nearest 20 were found, in order.
    mutating func exactLookups(rounds: Int) -> Int {
        let live = nodes.indices.filter { !dead.contains($0) }
        var exact = 0
        for round in 0..<rounds {
            let searcher = live[random.below(live.count)]
            let target = nodes[live[random.below(live.count)]].own.key
            results = [:]
            lookup(target, from: searcher, id: UInt64(round))
            run(for: .seconds(30))
            let expected = live.filter { $0 != searcher }.map { nodes[$0].own.peer }
                .sorted { NodeKey($0).distance(to: target) < NodeKey($1).distance(to: target) }.prefix(20)
            if results[LookupID(UInt64(round))]?.closest.map(\.peer) == Array(expected) { exact += 1 }
        }
        return exact
    }

    /// A node vanishes: its links break at once.
    mutating func kill(_ number: Int) {
        dead.insert(number)
        deadlines[number] = .forever
        unlink(number)
    }

    /// All links of a node end, as they do when nobody needs them.
    mutating func unlink(_ number: Int) {
        let peer = nodes[number].own.peer
        for link in links.sorted(by: { $0.lexicographicallyPrecedes($1) }) where link.contains(number) {
            links.remove(link)
            let other = link[0] == number ? link[1] : link[0]
            act(other) { $0.linkLost(peer, at: $1, into: &$2) }
            let otherPeer = nodes[other].own.peer
            act(number) { $0.linkLost(otherPeer, at: $1, into: &$2) }
        }
    }

    /// Lets `span` pass.
    mutating func run(for span: TimeSpan) {
        let end = now + span
        while true {
            let message = queue.last?.at ?? .forever
            let number = deadlines.indices.min { (deadlines[$0], $0) < (deadlines[$1], $1) }
            let deadline = number.map { deadlines[$0] } ?? .forever
            guard min(message, deadline) <= end else { break }
            now = max(now, min(message, deadline))
            if message <= deadline {
                deliver(queue.removeLast().event)
            } else if let number {
                act(number) { $0.wake(at: $1, into: &$2) }
            }
        }
        now = end
    }

    private mutating func schedule(_ event: Event, after delay: TimeSpan) {
        let at = now + delay
        var (low, high) = (0, queue.count)
        while low < high {
            let middle = (low + high) / 2
            if queue[middle].at > at { low = middle + 1 } else { high = middle }
        }
        queue.insert((at, event), at: low)
    }

    private mutating func deliver(_ event: Event) {
        switch event {
        case .message(let bytes, let sender, let receiver):
            guard links.contains(pair(sender, receiver)), let message = try? KademliaMessage(decoding: bytes) else {
                return
            }
            let peer = nodes[sender].own.peer
            act(receiver) { $0.receive(message, from: peer, at: $1, into: &$2) }
        case .datagram(let bytes, let sender, let receiver, let isFirst):
            guard let message = try? KademliaMessage(decoding: bytes) else { return }
            if case .askDialBack = message, strangersToDialBacks.contains(receiver) { return }
            let source = DatagramSource(session: 0, endpoint: Self.endpoint(sender), isFirst: isFirst)
            let room = isFirst ? firstRoom : DatagramLimits.message
            let (peer, contact) = (nodes[sender].own.peer, nodes[sender].own.bytes)
            act(receiver) {
                if isFirst { $0.introduced(contact, by: peer, at: $1, into: &$2) }
                $0.receive(message, from: peer, source: source, room: room, at: $1, into: &$2)
            }
        case .dial(let caller, let peer):
            dials += 1
            guard let callee = numbers[peer], !dead.contains(callee) else {
                schedule(.dialFailed(caller, peer), after: .milliseconds(40))
                return
            }
            schedule(.linked(caller, callee), after: .milliseconds(40))
        case .dialBack(let nonce, let sender, let receiver):
            let source = UDPEndpoint(ip: Self.endpoint(sender).ip, port: UInt16(20_000 + sender))
            act(receiver) { $0.receive(nonce, from: source, at: $1, into: &$2) }
        case .linked(let caller, let callee):
            guard !dead.contains(callee) else {
                schedule(.dialFailed(caller, nodes[callee].own.peer), after: .zero)
                return
            }
            links.insert(pair(caller, callee))
            for (near, far) in [(caller, callee), (callee, caller)] {
                let peer = nodes[far].own.peer
                act(near) { $0.linkAdmitted(peer, record: nil, roundTrip: .milliseconds(20), at: $1, into: &$2) }
            }
        case .dialFailed(let caller, let peer):
            act(caller) { $0.dialFailed(peer, at: $1, into: &$2) }
        }
    }

    private func pair(_ left: Int, _ right: Int) -> [Int] { [min(left, right), max(left, right)] }

    mutating func act(_ number: Int, _ body: (inout Kademlia, Moment, inout [KademliaAction]) -> Void) {
        guard !dead.contains(number) else { return }
        var actions: [KademliaAction] = []
        body(&nodes[number], moment, &actions)
        deadlines[number] = nodes[number].nextDeadline.since(.zero)
        for action in actions { carryOut(action, for: number) }
    }

    private mutating func carryOut(_ action: KademliaAction, for number: Int) {
        switch action {
        case .send(let message, let peer):
            guard let receiver = numbers[peer] else { return }
            let bytes = message.encode()
            bytesSent += bytes.readableBytes
            messagesSent += 1
            schedule(.message(bytes, from: number, to: receiver), after: .milliseconds(10))
        case .ask(let message, _, let endpoint, let isFirst):
            sendDatagram(message, from: number, to: endpoint, isFirst: isFirst)
        case .answer(let message, let source):
            sendDatagram(message, from: number, to: source.endpoint, isFirst: false)
        case .dialBack(let nonce, let endpoint, _):
            sendDialBack(nonce, from: number, to: endpoint)
        case .reachChanged(let reach):
            reaches[number] = reach
        case .datagramsBlocked(let isBlocked):
            if isBlocked { blocked.insert(number) } else { blocked.remove(number) }
        case .connect(let contact):
            schedule(.dial(from: number, to: contact.peer), after: .zero)
        case .lookupFinished(let id, let result):
            results[id] = result
        case .contactFound(let contact):
            contactsFound.append(contact.peer)
        case .contactMissing(let peer):
            contactsMissing.append(peer)
        case .judge(let request):
            let judgement = Self.judgement(of: request)
            act(number) { $0.judged(request, as: judgement, at: $1, into: &$2) }
        case .advertisementsFound(let id, _, let advertisements):
            found[id, default: []].formUnion(advertisements)
        case .searchFinished(let id, let result):
            searchResults[id] = result
        case .renewContact(let sequence):
            renew(number, sequence: sequence)
        case .drop(let drop, _):
            drops.append(drop)
        }
    }

    private mutating func sendDialBack(_ nonce: DialBackNonce, from number: Int, to endpoint: UDPEndpoint) {
        let receiver = Int(endpoint.port) - 4_000
        dialBacksSent += 1
        guard nodes.indices.contains(receiver), !shut.contains(receiver), !liars.contains(number) else { return }
        guard loss == 0 || random.below(100) >= loss else { return }
        schedule(.dialBack(nonce, from: number, to: receiver), after: .milliseconds(20))
    }

    private mutating func sendDatagram(
        _ message: KademliaMessage, from number: Int, to endpoint: UDPEndpoint, isFirst: Bool
    ) {
        let receiver = Int(endpoint.port) - 4_000
        let bytes = message.encode()
        datagramsSent += 1
        bytesSent += isFirst ? DatagramLimits.datagram : bytes.readableBytes + 30
        let lastUsed = sessions[pair(number, receiver)]
        sessions[pair(number, receiver)] = now
        let hasSession = lastUsed.map { now < $0 + .minutes(5) } ?? false
        // A first packet is sent in place of one on a session that is over, and has room for so much.
        guard hasSession || bytes.readableBytes <= firstRoom - 400 else { return tooLong += 1 }
        let isLost = loss > 0 && random.below(100) < loss
        guard !isLost, firewalled.isDisjoint(with: [number, receiver]), nodes.indices.contains(receiver) else { return }
        schedule(.datagram(bytes, from: number, to: receiver, isFirst: isFirst), after: .milliseconds(20))
    }

    /// The first byte of a test's advertisement says what is to be made of it.
    private static func judgement(of request: RegistrationRequest) -> RegistrationRequest.Judgement {
        switch request.advertisement.first {
        case UInt8(ascii: "-"): .withdrawal
        case UInt8(ascii: "!"): .refused
        default: .acceptable
        }
    }

    private mutating func renew(_ number: Int, sequence: UInt64) {
        let addresses = Self.addresses(number, usesDatagrams)
        guard
            let record = try? RoutingFixtures.record(
                identities[number], sequence: sequence, at: moment.wall, addresses: addresses)
        else { return }
        act(number) { $0.contactRenewed(record, at: $1, into: &$2) }
    }
}

extension TimeSpan {
    fileprivate static let forever = TimeSpan(nanoseconds: .max)
}
