import Biscuit
import Gossip
import Inference
import Mutations
import Overlay

/// A whole node without its sockets. Members that hold good tokens say whatever parses over links, circuits and datagrams,
/// libp2p peers ask what they like, and time passes.
struct PeerTalk {
    private var peer: Peer
    private var now = Samples.moment
    private var links: [LinkID] = []
    private var streams: [StreamKey] = []
    private var nextStream: UInt64 = 2
    private var actions = 0
    private var servings: [ServingID] = []
    private let samples: Samples
    private let tampering: Tampering

    private static let steps = 60
    /// Actions that one event may lead to; a lookup asks dozens.
    private static let mostActions = 2_000

    static func run(_ samples: Samples, _ random: inout FuzzRandom) throws -> FuzzOutcome {
        var talk = try PeerTalk(samples, &random)
        for _ in 0..<3 { talk.link(&random) }
        for _ in 0..<steps {
            talk.act(&random)
            if talk.actions > mostActions { return .broken("\(talk.actions) actions at once") }
            talk.actions = 0
        }
        let counters = talk.peer.counters
        let reasons = counters.dropped.count + counters.libp2pDropped.count
        return .accepted("\(counters.admitted > 0 ? "members" : "strangers"), \(reasons) reasons for drops")
    }

    private init(_ samples: Samples, _ random: inout FuzzRandom) throws {
        self.samples = samples
        tampering = Tampering(&random, pool: samples.linkMessages.map { $0.encode().array })
        let identity = samples.identities[0]
        let admission = try Admission(roots: [samples.root.publicKey])
        var configuration = PeerConfiguration(
            identity: identity, meshID: samples.mesh, token: samples.tokens[0], admission: admission,
            authorizer: try ServiceAuthorizer(policy: LocalPolicy(), node: identity.peerID, own: nil))
        configuration.servesLibP2P = true
        peer = try Peer(configuration, random: RandomSource(seed: random.next()), at: now)
        let name = try FuzzTarget.require(ServiceName("inference:openrouter"))
        let offer = try ServiceOffer(name: name, summary: "", models: ["a"])
        enter { $0.setAddresses([samples.addresses[0]], at: $1, into: &$2) }
        enter { $0.publish([offer], at: $1, into: &$2) }
    }

    private mutating func enter(_ body: (inout Peer, Moment, inout PeerOutbox) -> Void) {
        var outbox = PeerOutbox()
        body(&peer, now, &outbox)
        actions += outbox.actions.count
        for case .serve(let id, _, _, _) in outbox.actions { servings.append(id) }
        for case .openStream(let key) in outbox.actions { streams.append(key) }
        for case .close(let link, let reason) in outbox.actions where links.contains(link) {
            links.removeAll { $0 == link }
            enter { $0.receive(.closed(reason), on: link, at: $1, into: &$2) }
        }
    }

    private mutating func hear(_ event: LinkEvent, on link: LinkID) {
        enter { $0.receive(event, on: link, at: $1, into: &$2) }
    }

    // MARK: What others do

    /// A peer comes: mostly a member that shows its token, sometimes one of libp2p.
    private mutating func link(_ random: inout FuzzRandom) {
        let link = LinkID(number: UInt64(links.count) + random.next() % 1_000_000 + 1)
        guard !links.contains(link) else { return }
        links.append(link)
        let member = 1 + random.below(samples.peers.count - 1)
        let direction: LinkDirection = random.isOnce(in: 2) ? .inbound : .outbound
        hear(.established(samples.peers[member], direction, address: samples.addresses[0].text), on: link)
        if random.isOnce(in: 6) {
            hear(.identified(samples.identify), on: link)
            return
        }
        let token = tampering.changed(samples.tokens[member], &random)
        hear(.message(.hello(Hello(meshID: samples.mesh, token: token))), on: link)
        hear(.message(.verdict(Verdict(code: .admitted))), on: link)
    }

    private mutating func act(_ random: inout FuzzRandom) {
        if links.isEmpty || random.isOnce(in: 20) { link(&random) }
        guard !links.isEmpty else { return }
        let link = links[random.below(links.count)]
        switch random.below(16) {
        case 0...6: say(on: link, &random)
        case 7...9: stream(on: link, &random)
        case 10, 11: datagram(&random)
        case 12:
            now = Moment(instant: now.instant + wait(&random), wall: now.wall + wait(&random))
            enter { $0.wake(at: $1, into: &$2) }
        case 13: command(&random)
        case 14: hear(.roundTrip(.milliseconds(UInt64(random.below(5_000)))), on: link)
        default:
            guard random.isOnce(in: 4) else { return }
            links.removeAll { $0 == link }
            hear(.closed("gone"), on: link)
        }
    }

    private func wait(_ random: inout FuzzRandom) -> TimeSpan {
        .milliseconds(UInt64(random.below(random.isOnce(in: 5) ? 4_000_000 : 3_000)))
    }

    /// A message as it could be read from the control stream.
    private mutating func say(on link: LinkID, _ random: inout FuzzRandom) {
        let message: LinkMessage =
            switch random.below(8) {
            case 0...2: .kademlia(samples.kademliaMessages[random.below(samples.kademliaMessages.count)])
            case 3...5: .gossip(samples.gossipMessages[random.below(samples.gossipMessages.count)])
            case 6: .membership(samples.membershipMessages[random.below(samples.membershipMessages.count)])
            default: samples.linkMessages[random.below(samples.linkMessages.count)]
            }
        let bytes = tampering.changed(message.encode().array, &random)
        guard let read = try? LinkMessage(decoding: Bytes(bytes: bytes)) else { return }
        hear(.message(read), on: link)
    }

    private mutating func stream(on link: LinkID, _ random: inout FuzzRandom) {
        guard !streams.isEmpty, random.below(3) > 0 else {
            let ref = StreamRef(number: nextStream)
            nextStream += 2
            let key = StreamKey(link: link, stream: ref)
            streams.append(key)
            let isOfLibP2P = random.isOnce(in: 3)
            hear(isOfLibP2P ? .libp2pStreamOpened(ref) : .streamOpened(ref), on: link)
            let opening = CircuitOpen(hopsLeft: UInt8(random.below(3)), target: samples.peers[random.below(3)]).encode()
            let request = samples.libp2pMessages[random.below(samples.libp2pMessages.count)].framed
            let said = tampering.changed(isOfLibP2P ? request.array : opening.array, &random)
            return hear(.streamData(ref, Bytes(bytes: said)), on: link)
        }
        let key = streams[random.below(streams.count)]
        let status = CircuitStatus(code: .open).encode().array
        switch random.below(6) {
        case 0: hear(.streamFinished(key.stream), on: key.link)
        case 1: hear(.streamReset(key.stream), on: key.link)
        case 2: hear(.streamSent(key.stream, random.below(200)), on: key.link)
        case 3: hear(.streamData(key.stream, Bytes(bytes: tampering.changed(status, &random))), on: key.link)
        default: hear(.streamData(key.stream, Bytes(bytes: random.bytes(1 + random.below(300)))), on: key.link)
        }
    }

    private mutating func datagram(_ random: inout FuzzRandom) {
        let member = 1 + random.below(samples.peers.count - 1)
        let message = samples.kademliaMessages[random.below(samples.kademliaMessages.count)]
        let bytes = tampering.changed(message.encode().array, &random)
        guard let read = try? KademliaMessage(decoding: Bytes(bytes: bytes)) else { return }
        let introduction = Introduction(token: samples.tokens[member], contact: samples.contacts[member].bytes)
        let told = try? Introduction(decoding: tampering.changed(introduction.encode(), &random))
        let source = DatagramSource(
            session: UInt32(member), endpoint: UDPEndpoint(ip: .v4(0xC000_0200 + UInt32(member)), port: 4_001),
            isFirst: random.isOnce(in: 2))
        let sender = samples.peers[member]
        if random.isOnce(in: 8), let nonce = DialBackNonce(random.bytes(DialBackNonce.length)) {
            enter { $0.receive(nonce, from: source.endpoint, at: $1, into: &$2) }
        }
        enter { $0.receive(read, introduction: told, from: sender, source: source, at: $1, into: &$2) }
    }

    // MARK: What the node's owner does

    private mutating func command(_ random: inout FuzzRandom) {
        let target = NodeKey(bytes: samples.words[random.below(samples.words.count)])
        let number = random.next()
        let contacts = samples.contacts.map { tampering.changed($0.bytes, &random) }
        let head = RequestHead(method: "GET", path: "/inference/openrouter/v1", fields: [])
        let host = samples.peers[random.below(samples.peers.count)]
        switch random.below(6) {
        case 0: enter { $0.lookup(target, id: LookupID(number), at: $1, into: &$2) }
        case 1: enter { $0.learn(contacts, at: $1, into: &$2) }
        case 2: enter { _ = $0.call(host, head, at: $1, into: &$2) }
        case 3:
            guard let id = servings.popLast() else { return }
            enter { peer, _, outbox in peer.answer(id, ResponseHead(status: 200, fields: []), into: &outbox) }
        case 4:
            let entries = samples.entries.map { tampering.changed($0.bytes, &random) }
            enter { $0.restore(entries, at: $1, into: &$2) }
        default:
            let topic = random.isOnce(in: 2) ? Topic.model("a") : Samples.topic
            enter { $0.find(topic, wanted: 3, id: SearchID(number), at: $1, into: &$2) }
        }
    }
}
