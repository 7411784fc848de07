import Gossip
import Overlay
import Testing

@testable import Inference

/// One node of a mesh, and libp2p peers without a token that dialed it: bare connections in front of its link sessions,
/// joined by wires without delay.
struct ForeignBench {
    /// A peer that is no member.
    struct Foreign {
        var connection: Connection
        let peer: PeerID
        var events: [Connection.Event] = []
        /// What came on its streams.
        var received: [StreamID: Bytes] = [:]

        var closing: CloseReason? {
            for case .closed(let reason) in events { return reason }
            return nil
        }

        var identify: IdentifyInfo? {
            for case .identified(let info) in events { return info }
            return nil
        }
    }

    var peer: Peer
    var now = Moment(instant: .zero + .seconds(1), wall: MeshAuthority.start)
    var sessions: [LinkSession] = []
    var foreign: [Foreign] = []
    private var random: RandomSource
    private let identity: Identity
    private let servesLibP2P: Bool
    /// Events for the core and bytes for the foreign ends, by connection.
    private var events: [(Int, LinkEvent)] = []
    private var bytes: [(Int, Bytes)] = []

    init(servesLibP2P: Bool = true, adjust: (inout PeerSettings) -> Void = { _ in }) throws {
        let authority = try MeshAuthority()
        random = RandomSource(seed: 61)
        identity = Identity(random: &random)
        self.servesLibP2P = servesLibP2P
        var settings = PeerSettings()
        adjust(&settings)
        var configuration = PeerConfiguration(
            identity: identity, meshID: authority.meshID, token: try authority.token(for: identity.peerID),
            admission: try Admission(roots: [authority.root.publicKey]),
            authorizer: try ServiceAuthorizer(policy: LocalPolicy(), node: identity.peerID, own: nil),
            settings: settings)
        configuration.servesLibP2P = servesLibP2P
        peer = try Peer(configuration, random: random.fork(), at: now)
        var outbox = PeerOutbox()
        peer.setAddresses([try Multiaddr(text: "/ip4/10.0.0.1/tcp/5002")], at: now, into: &outbox)
    }

    /// Another peer dials the node. Its protocols are what it answers identify with.
    mutating func dial(protocols: [String] = []) -> Int {
        let own = Identity(random: &random)
        var info = IdentifyInfo()
        info.listenAddresses = [try? Multiaddr(text: "/ip4/10.0.1.\(foreign.count + 1)/tcp/4001")].compactMap { $0 }
        foreign.append(
            Foreign(
                connection: Connection(
                    role: .initiator, identity: own, expecting: nil, supported: protocols, identify: info,
                    random: random.fork(), at: now.instant), peer: own.peerID))
        sessions.append(
            LinkSession(
                role: .responder, identity: identity, expecting: nil, address: "bench", identify: IdentifyInfo(),
                servesLibP2P: servesLibP2P, settings: .link, random: random.fork(), at: now.instant))
        let number = foreign.count - 1
        withSession(number) { $0.start(at: $1, into: &$2) }
        withForeign(number) { $0.start(at: $1, into: &$2) }
        return number
    }

    // MARK: What a foreign peer does

    mutating func open(_ protocolID: String, from number: Int) -> StreamID {
        var stream = StreamID(rawValue: 0)
        withForeign(number) { stream = $0.openStream(protocolID, at: $1, into: &$2) }
        return stream
    }

    mutating func write(_ message: LibP2PKademliaMessage, to stream: StreamID, from number: Int) {
        withForeign(number) { $0.write(message.framed, to: stream, at: $1, into: &$2) }
    }

    /// Opens a stream, asks and finishes, as py-libp2p does.
    mutating func ask(_ message: LibP2PKademliaMessage, from number: Int) throws -> LibP2PKademliaMessage? {
        let stream = open(LibP2PKademliaMessage.protocolID, from: number)
        write(message, to: stream, from: number)
        withForeign(number) { $0.finish(stream, at: $1, into: &$2) }
        var frames = LibP2PKademliaFrames(answersWithin: LibP2PKademliaSettings())
        frames.append(foreign[number].received[stream] ?? Bytes())
        return try frames.next()
    }

    /// Writes what is no message of the DHT.
    mutating func write(_ bytes: Bytes, to stream: StreamID, from number: Int) {
        withForeign(number) { $0.write(bytes, to: stream, at: $1, into: &$2) }
    }

    /// The connection breaks.
    mutating func hangUp(_ number: Int) {
        withSession(number) { $0.disconnected(nil, at: $1, into: &$2) }
        withForeign(number) { $0.disconnected(at: $1, into: &$2) }
    }

    // MARK: The node

    mutating func enter(_ body: (inout Peer, Moment, inout PeerOutbox) -> Void) {
        var outbox = PeerOutbox()
        body(&peer, now, &outbox)
        carryOut(outbox)
        settle()
    }

    /// Time passes; of the node's timers, and of those of its sessions, all run that are due.
    mutating func run(for span: TimeSpan) {
        let end = now.instant + span
        while let next = deadlines.min(), next <= end {
            advance(to: max(next, now.instant))
            enter { peer, now, outbox in
                if peer.nextDeadline <= now.instant { peer.wake(at: now, into: &outbox) }
            }
            for number in sessions.indices { withSession(number) { $0.wake(at: $1, into: &$2) } }
            for number in foreign.indices { withForeign(number) { $0.wake(at: $1, into: &$2) } }
        }
        advance(to: end)
    }

    private var deadlines: [Instant] {
        [peer.nextDeadline] + sessions.compactMap(\.nextDeadline) + foreign.compactMap(\.connection.nextDeadline)
    }

    private mutating func advance(to instant: Instant) {
        now = Moment(instant: instant, wall: now.wall + instant.since(now.instant))
    }

    private mutating func carryOut(_ outbox: PeerOutbox) {
        for action in outbox.actions {
            switch action {
            case .send(let message, let link):
                withLink(link) { $0.send(message, at: $1, into: &$2) }
            case .close(let link, let reason):
                withLink(link) { $0.close(reason: reason, at: $1, into: &$2) }
            case .write(let bytes, let key):
                withLink(key.link) { $0.write(bytes, to: key.stream, at: $1, into: &$2) }
            case .finish(let key):
                withLink(key.link) { $0.finish(key.stream, at: $1, into: &$2) }
            case .reset(let key):
                withLink(key.link) { $0.reset(key.stream, at: $1, into: &$2) }
            case .consumed(let count, let key):
                withLink(key.link) { $0.consumed(count, of: key.stream, at: $1, into: &$2) }
            default:
                continue
            }
        }
    }

    private mutating func withLink(
        _ link: LinkID, _ body: (inout LinkSession, Instant, inout LinkSession.Outbox) -> Void
    ) {
        note(Int(link.number) - 1, body)
    }

    private mutating func note(
        _ number: Int, _ body: (inout LinkSession, Instant, inout LinkSession.Outbox) -> Void
    ) {
        guard sessions.indices.contains(number) else { return }
        var outbox = LinkSession.Outbox()
        body(&sessions[number], now.instant, &outbox)
        bytes += outbox.bytes.map { (number, $0) }
        events += outbox.events.map { (number, $0) }
    }

    private mutating func withSession(
        _ number: Int, _ body: (inout LinkSession, Instant, inout LinkSession.Outbox) -> Void
    ) {
        note(number, body)
        settle()
    }

    private mutating func withForeign(
        _ number: Int, _ body: (inout Connection, Instant, inout Connection.Outbox) -> Void
    ) {
        var outbox = Connection.Outbox()
        body(&foreign[number].connection, now.instant, &outbox)
        for event in outbox.events {
            foreign[number].events.append(event)
            if case .streamData(let stream, let data) = event {
                foreign[number].received[stream, default: Bytes()].writeImmutableBuffer(data)
            }
        }
        for bytes in outbox.bytes { note(number) { $0.receive(bytes, at: $1, into: &$2) } }
        settle()
    }

    private mutating func settle() {
        while !events.isEmpty || !bytes.isEmpty {
            if !bytes.isEmpty {
                let (number, piece) = bytes.removeFirst()
                withForeign(number) { $0.receive(piece, at: $1, into: &$2) }
                continue
            }
            let (number, event) = events.removeFirst()
            var outbox = PeerOutbox()
            peer.receive(event, on: LinkID(number: UInt64(number) + 1), at: now, into: &outbox)
            carryOut(outbox)
            // What the node wrote before it closed has been delivered; now the socket ends.
            if case .closed = event { withForeign(number) { $0.disconnected(at: $1, into: &$2) } }
        }
    }
}
