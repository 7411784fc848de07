import Mutations
import Overlay

/// Three nodes over UDP, packets that are changed on their way, and addresses at which nobody is. Those are never sent more
/// than seems to come from them.
struct DatagramTalk {
    private struct Packet {
        var bytes: [UInt8]
        var from: UDPEndpoint
        var to: UDPEndpoint
    }

    private var nodes: [DatagramEndpoint]
    private var queue: [Packet] = []
    /// Bytes that came from an address at which nobody is, less those that were sent there.
    private var balance: [UDPEndpoint: Int] = [:]
    private var now = Instant.zero + .seconds(1_000)
    private var tampering: Tampering
    private var arrivals = 0
    private var complaint: String?
    private let peers: [PeerID]

    private static let steps = 60
    private static let places = (0..<3).map { UDPEndpoint(ip: .v4(0xC633_6401 + UInt32($0) << 8), port: 4_001) }
    private static let victims = (0..<4).map { UDPEndpoint(ip: .v4(0xCB00_7101 + UInt32($0)), port: 53) }

    static func run(_ samples: Samples, _ random: inout FuzzRandom) -> FuzzOutcome {
        var talk = DatagramTalk(samples, &random)
        for _ in 0..<steps where talk.complaint == nil {
            if random.isOnce(in: 3) || talk.queue.isEmpty {
                talk.ask(&random)
            } else {
                talk.pass(&random)
            }
        }
        if let complaint = talk.complaint { return .broken(complaint) }
        let reasons = Set(talk.nodes.flatMap { $0.counters.dropped.keys })
        return .accepted("\(talk.arrivals > 0 ? "messages" : "silence"), \(reasons.count) reasons for drops")
    }

    private init(_ samples: Samples, _ random: inout FuzzRandom) {
        tampering = Tampering(&random)
        var settings = DatagramSettings()
        if random.isOnce(in: 2) {
            // So few that cookies are asked for and tables overflow.
            settings.handshakeBurst = 4
            settings.handshakesPerSecond = 2
            settings.sessions = 3
            settings.unconfirmedSessions = 2
            settings.handshakes = 2
            settings.seenHandshakes = 4
        }
        peers = samples.peers
        var source = RandomSource(seed: random.next())
        nodes = samples.identities.prefix(3).map { identity in
            DatagramEndpoint(
                identity: identity, mesh: samples.mesh.bytes, settings: settings, random: source.fork(),
                at: .zero + .seconds(1_000))
        }
    }

    private mutating func ask(_ random: inout FuzzRandom) {
        let (from, to) = (random.below(3), random.below(3))
        let message = Bytes(bytes: random.bytes(random.below(120)))
        let introduction = random.bytes(random.below(400))
        let isFirst = random.isOnce(in: 4)
        let place = random.isOnce(in: 12) ? Self.victims[random.below(Self.victims.count)] : Self.places[to]
        var outbox = DatagramOutbox()
        nodes[from].ask(
            message, introduction: introduction, of: peers[to], at: place, isFirst: isFirst, now: now, into: &outbox)
        // Whom a node asks is its own choice: that is no answer to a forged packet.
        for packet in outbox.packets where Self.places.contains(packet.to) {
            queue.append(Packet(bytes: packet.bytes, from: Self.places[from], to: packet.to))
        }
        if random.isOnce(in: 3) { now = now + .milliseconds(UInt64(random.below(40_000))) }
    }

    /// One packet arrives: as it is, changed, elsewhere, later once more, or from an address at which nobody is.
    private mutating func pass(_ random: inout FuzzRandom) {
        let packet = queue.remove(at: random.below(queue.count))
        if random.isOnce(in: 6), queue.count < 40 { queue.append(packet) }
        for piece in tampering.pieces(of: packet.bytes, &random) {
            let isForged = random.isOnce(in: 4)
            let source = isForged ? Self.victims[random.below(Self.victims.count)] : packet.from
            let target = random.isOnce(in: 12) ? Self.places[random.below(3)] : packet.to
            guard let node = Self.places.firstIndex(of: target) else { continue }
            receive(piece, from: source, at: node, &random)
        }
    }

    /// To where the question came from, or to somebody who has not asked.
    private mutating func dialBack(
        for source: DatagramSource, at node: Int, _ random: inout FuzzRandom, into outbox: inout DatagramOutbox
    ) {
        guard let nonce = DialBackNonce(random.bytes(DialBackNonce.length)) else { return }
        let before = outbox.dialBacks.count
        let other = UDPEndpoint(ip: .v4(0xC000_0263), port: source.endpoint.port)
        let isForeign = random.isOnce(in: 4)
        nodes[node].dialBack(
            nonce, to: isForeign ? other : source.endpoint, for: source, now: now, into: &outbox)
        if isForeign, outbox.dialBacks.count > before { complaint = "a dial-back to one who has not asked" }
    }

    private mutating func receive(_ bytes: [UInt8], from source: UDPEndpoint, at node: Int, _ random: inout FuzzRandom)
    {
        balance[source, default: 0] += bytes.count
        var outbox = DatagramOutbox()
        nodes[node].receive(Bytes(bytes: bytes), from: source, at: now, into: &outbox)
        for datagram in outbox.received {
            arrivals += 1
            if !peers.prefix(3).contains(datagram.peer) { complaint = "a message of nobody" }
            if random.isOnce(in: 3) { dialBack(for: datagram.source, at: node, &random, into: &outbox) }
            guard random.below(4) > 0 else { continue }
            let answer = Bytes(bytes: random.bytes(random.below(datagram.source.isFirst ? 500 : 1_100)))
            nodes[node].answer(answer, introduction: random.bytes(100), to: datagram.source, now: now, into: &outbox)
        }
        for packet in outbox.packets + outbox.dialBacks {
            if Self.places.contains(packet.to) {
                queue.append(Packet(bytes: packet.bytes, from: Self.places[node], to: packet.to))
            } else {
                balance[packet.to, default: 0] -= packet.bytes.count
                if balance[packet.to, default: 0] < 0 { complaint = "more was sent to \(packet.to) than came from it" }
            }
        }
    }
}
