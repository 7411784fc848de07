/// The node's datagrams: Noise IK by peer id alone, one round trip to the first answer and none extra afterwards.
///
/// A plain value without timers: it turns messages into datagrams and back, and forgets by itself. It promises nothing
/// about delivery; whoever asks a question asks again, in a first packet of its own.
///
///     ask ─► first packet ─────────────────► receive ─► message, introduction
///     message ◄─ receive ◄───────── response ◄─ answer
///     ask ─► packet of the session ────────► receive ─► message
public struct DatagramEndpoint: Sendable {
    /// A first packet that waits for its answer.
    struct Initiation: Sendable {
        let peer: PeerID
        let endpoint: UDPEndpoint
        var handshake: HandshakeState
        /// To be sent again with a cookie; once.
        var packet: [UInt8]?
    }

    /// A first packet that was read and not answered.
    struct Opening: Sendable {
        let peer: PeerID
        let remoteIndex: UInt32
        var handshake: HandshakeState
    }

    let identity: Identity
    let keys: X25519.KeyPair
    let prologue: [UInt8]
    public let settings: DatagramSettings
    var random: RandomSource
    let ownMAC: PacketMAC
    var cookies: CookieJar

    var initiations: RecentTable<UInt32, Initiation>
    var openings: RecentTable<UInt32, Opening>
    var sessions: RecentTable<UInt32, DatagramSession>
    /// The session to ask each peer over.
    var current: RecentTable<PeerID, UInt32>
    var seen: RecentTable<Bytes32, Bool>
    var handshakes: Allowance
    var prefixes: RecentTable<AddressPrefix, Allowance>
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
        prologue = Array("sam datagram v1".utf8) + [0] + mesh.array
        ownMAC = PacketMAC(receiver: identity.publicKey)
        cookies = CookieJar(lifetime: settings.cookieLifetime, random: self.random.fork())
        initiations = RecentTable(capacity: settings.handshakes)
        openings = RecentTable(capacity: Self.openingCapacity)
        sessions = RecentTable(capacity: settings.sessions)
        current = RecentTable(capacity: settings.sessions)
        seen = RecentTable(capacity: settings.seenHandshakes)
        prefixes = RecentTable(capacity: settings.prefixes)
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
        if !isFirst, let index = current[peer], sessions[index]?.isUsable(at: now, settings: settings) == true {
            return send(message, over: index, into: &outbox)
        }
        initiate(message, introduction: introduction, to: peer, at: endpoint, into: &outbox)
    }

    /// Answers a message, in the entry that brought it.
    public mutating func answer(
        _ message: Bytes, introduction: [UInt8], to source: DatagramSource, now: Instant,
        into outbox: inout DatagramOutbox
    ) {
        guard source.isFirst else { return send(message, over: source.session, into: &outbox) }
        respond(message, introduction: introduction, to: source, at: now, into: &outbox)
    }

    /// Takes one datagram.
    public mutating func receive(
        _ bytes: Bytes, from endpoint: UDPEndpoint, at now: Instant, into outbox: inout DatagramOutbox
    ) {
        counters.received &+= 1
        counters.bytesReceived &+= UInt64(bytes.readableBytes)
        guard bytes.readableBytes <= DatagramLimits.datagram, let first = bytes.readableBytesView.first,
            let kind = PacketKind(rawValue: first)
        else { return counters.drop(.malformed) }
        switch kind {
        case .initiation: receiveInitiation(bytes.array, from: endpoint, at: now, into: &outbox)
        case .response: receiveResponse(bytes.array, from: endpoint, at: now, into: &outbox)
        case .cookie: receiveCookie(bytes.array, from: endpoint, into: &outbox)
        case .transport: receiveTransport(bytes, from: endpoint, at: now, into: &outbox)
        }
    }

    private mutating func send(_ message: Bytes, over index: UInt32, into outbox: inout DatagramOutbox) {
        guard message.readableBytes <= DatagramLimits.message else { return counters.drop(.tooLong) }
        guard let path = sessions[index]?.path, let packet = sessions[index]?.seal(.message, message) else {
            return counters.drop(.unknownSession)
        }
        emit(packet, to: path, into: &outbox)
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
            if initiations[index] == nil, openings[index] == nil, sessions[index] == nil { return index }
        }
    }
}
