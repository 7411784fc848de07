/// The node's datagrams: Noise IK by peer id alone, one round trip to the first answer and none extra afterwards.
///
/// A plain value without timers: it turns messages into datagrams and back, and forgets what is over whenever it is called.
/// It promises nothing about delivery; whoever asks a question asks again, in a first packet of its own.
///
///     ask ─► first packet ─────────────────► receive ─► message, introduction
///     message ◄─ receive ◄───────── response ◄─ answer
///     ask ─► packet of the session ────────► receive ─► message
public struct DatagramEndpoint: Sendable {
    /// A first packet that waits for its answer.
    struct Initiation: Sendable {
        let peer: PeerID
        let endpoint: UDPEndpoint
        let startedAt: Instant
        let handshake: HandshakeState
        /// To be sent again with a cookie; once.
        var packet: [UInt8]?
    }

    /// A first packet that was read and not answered.
    struct Opening: Sendable {
        let peer: PeerID
        let endpoint: UDPEndpoint
        let remoteIndex: UInt32
        var handshake: HandshakeState
    }

    let identity: Identity
    let keys: X25519.KeyPair
    let mesh: Bytes32
    /// As given at the start.
    public let settings: DatagramSettings
    var random: RandomSource
    let ownMAC: PacketMAC
    var cookies: CookieJar

    var initiations: RecentTable<UInt32, Initiation>
    var openings: RecentTable<UInt32, Opening>
    /// Sessions whose peer has not shown yet that it got the response.
    var unconfirmed: RecentTable<UInt32, DatagramSession>
    var sessions: RecentTable<UInt32, DatagramSession>
    /// The session to ask each peer over.
    var current: RecentTable<PeerID, UInt32>
    var seen: RecentTable<Bytes32, Bool>
    var handshakes: Allowance
    var unprovenShares: PrefixShares
    var provenShares: PrefixShares
    /// What happened so far.
    public internal(set) var counters = DatagramCounters()

    /// Answers are written in the same entry as the question was read, so few wait.
    private static let openingCapacity = 64

    /// - Parameter mesh: the id of the mesh; nodes of others cannot read a word.
    public init(
        identity: Identity, mesh: Bytes32, settings: DatagramSettings = DatagramSettings(), random: RandomSource,
        at now: Instant
    ) {
        self.identity = identity
        self.settings = settings
        self.random = random
        keys = identity.agreementKeys
        self.mesh = mesh
        ownMAC = PacketMAC(receiver: identity.publicKey, mesh: mesh)
        cookies = CookieJar(lifetime: settings.cookieLifetime, random: self.random.fork(), at: now)
        initiations = RecentTable(capacity: settings.handshakes)
        openings = RecentTable(capacity: Self.openingCapacity)
        unconfirmed = RecentTable(capacity: settings.unconfirmedSessions)
        sessions = RecentTable(capacity: settings.sessions)
        current = RecentTable(capacity: settings.sessions)
        seen = RecentTable(capacity: settings.seenHandshakes)
        unprovenShares = PrefixShares(settings)
        provenShares = PrefixShares(settings)
        handshakes = Allowance(
            perSecond: settings.handshakesPerSecond, burst: settings.handshakeBurst, at: now)
    }

    /// Sends a question to a peer: over the session with it, or in a first packet.
    /// - Parameters:
    ///   - introduction: what the peer is told about this node when it does not know it.
    ///   - isFirst: makes a new session in any case, because the peer may have forgotten the one that there is.
    public mutating func ask(
        _ message: Bytes, introduction: [UInt8], of peer: PeerID, at endpoint: UDPEndpoint, isFirst: Bool,
        now: Instant, into outbox: inout DatagramOutbox
    ) {
        forget(at: now)
        if !isFirst, let index = usableSession(with: peer, at: now) {
            return send(message, over: index, into: &outbox)
        }
        initiate(message, introduction: introduction, to: peer, at: endpoint, now: now, into: &outbox)
    }

    /// Answers a message, in the entry that brought it.
    public mutating func answer(
        _ message: Bytes, introduction: [UInt8], to source: DatagramSource, now: Instant,
        into outbox: inout DatagramOutbox
    ) {
        forget(at: now)
        guard source.isFirst else { return reply(message, to: source, at: now, into: &outbox) }
        respond(message, introduction: introduction, to: source, at: now, into: &outbox)
    }

    /// Takes one datagram.
    public mutating func receive(
        _ bytes: Bytes, from endpoint: UDPEndpoint, at now: Instant, into outbox: inout DatagramOutbox
    ) {
        forget(at: now)
        counters.received &+= 1
        counters.bytesReceived &+= UInt64(bytes.readableBytes)
        guard endpoint.isOne, bytes.readableBytes <= DatagramLimits.datagram, let first = bytes.readableBytesView.first,
            let kind = PacketKind(rawValue: first)
        else { return counters.drop(.malformed) }
        switch kind {
        case .initiation: receiveInitiation(bytes.array, from: endpoint, at: now, into: &outbox)
        case .response: receiveResponse(bytes.array, from: endpoint, at: now, into: &outbox)
        case .cookie: receiveCookie(bytes.array, from: endpoint, at: now, into: &outbox)
        case .transport: receiveTransport(bytes, from: endpoint, at: now, into: &outbox)
        case .dialBack: receiveDialBack(bytes.array, from: endpoint, into: &outbox)
        }
    }

    /// Keys that are over are wiped, so that what was recorded on the way cannot be read by who takes the machine later.
    private mutating func forget(at now: Instant) {
        initiations.forget(unusedFor: settings.handshakeLimit, at: now)
        openings.forget(unusedFor: settings.handshakeLimit, at: now)
        unconfirmed.forget(unusedFor: settings.idleLimit, at: now)
        sessions.forget(unusedFor: settings.idleLimit, at: now)
        current.forget(unusedFor: settings.idleLimit, at: now)
    }

    mutating func emit(_ packet: [UInt8], to endpoint: UDPEndpoint, into outbox: inout DatagramOutbox) {
        counters.sent &+= 1
        counters.bytesSent &+= UInt64(packet.count)
        outbox.packets.append((packet, endpoint))
    }

    /// A number that is not in use.
    mutating func newIndex() -> UInt32 {
        while true {
            let index = UInt32(truncatingIfNeeded: random.next())
            if isFree(index) { return index }
        }
    }

    private func isFree(_ index: UInt32) -> Bool {
        initiations[index] == nil && openings[index] == nil && unconfirmed[index] == nil && sessions[index] == nil
    }
}
