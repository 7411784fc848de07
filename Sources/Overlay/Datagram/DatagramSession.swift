/// Keys shared with one peer after a handshake, and the way to it.
struct DatagramSession: Sendable {
    let peer: PeerID
    /// The peer's number for the session.
    let remoteIndex: UInt32
    let createdAt: Instant
    /// Where datagrams to the peer go. An address is only ever written here after somebody there has proven to receive.
    private(set) var path: UDPEndpoint
    /// Whether the peer has proven that it receives there. Before that, only the response has gone there, and challenges do.
    private(set) var isPathValidated: Bool
    private(set) var lastHeard: Instant
    private var sending: CipherState
    private let receiving: CipherState
    private var window = ReplayWindow()
    private var challenge: Challenge?

    /// A new address of the peer, and what is to come back from there.
    private struct Challenge: Sendable {
        let endpoint: UDPEndpoint
        let nonce: [UInt8]
        let sentAt: Instant
    }

    init(
        peer: PeerID, remoteIndex: UInt32, path: UDPEndpoint, isPathValidated: Bool,
        keys: (sending: CipherState, receiving: CipherState), at now: Instant
    ) {
        self.peer = peer
        self.remoteIndex = remoteIndex
        self.path = path
        self.isPathValidated = isPathValidated
        createdAt = now
        lastHeard = now
        (sending, receiving) = keys
    }

    /// Whether questions may be sent over it.
    func isUsable(at now: Instant, settings: DatagramSettings) -> Bool {
        isPathValidated && isAlive(at: now, settings: settings)
            && now.since(createdAt) < settings.keyLifetime && sending.nonce < settings.keyMessages
    }

    /// Whether what comes over it is still read.
    func isAlive(at now: Instant, settings: DatagramSettings) -> Bool {
        now.since(lastHeard) < settings.idleLimit && now.since(createdAt) < settings.keyLifetime * 2
    }

    mutating func seal(_ content: TransportContent, _ bytes: Bytes) -> [UInt8]? {
        let header = TransportPacket.header(receiver: remoteIndex, counter: sending.nonce)
        var packet = Bytes()
        packet.reserveCapacity(DatagramLimits.datagram)
        packet.writeBytes(header)
        packet.writeInteger(content.rawValue)
        packet.append(bytes)
        do { try sending.seal(&packet, from: header.count, associated: header) } catch { return nil }
        return packet.array
    }

    /// What an authentic, new packet contains; others change nothing.
    mutating func open(
        _ packet: TransportPacket, _ bytes: Bytes
    ) throws(DatagramDrop) -> (content: Bytes, isNewest: Bool) {
        guard window.isFresh(packet.counter) else { throw .replayed }
        var sealed = bytes
        guard let header = sealed.readBytes(length: TransportPacket.header) else { throw .malformed }
        var content = Bytes()
        var cipher = receiving
        cipher.setNonce(packet.counter)
        do { try cipher.open(sealed, appendingTo: &content, associated: header) } catch { throw .notAuthentic }
        let isNewest = window.isNewest(packet.counter)
        window.note(packet.counter)
        return (content, isNewest)
    }

    /// An authentic packet came. From where the path leads, it proves that the peer got what was sent there: without the
    /// response it would have no keys.
    mutating func heard(from endpoint: UDPEndpoint, at now: Instant) {
        lastHeard = now
        if endpoint == path { isPathValidated = true }
    }

    /// Whether an answer may go to where its question came from.
    func isProven(_ endpoint: UDPEndpoint) -> Bool { isPathValidated && endpoint == path }

    /// Whether an address that an authentic packet came from has to prove itself now.
    func isToBeChallenged(_ endpoint: UDPEndpoint, at now: Instant, settings: DatagramSettings) -> Bool {
        guard endpoint != path else { return false }
        guard let challenge, challenge.endpoint == endpoint else { return true }
        return now.since(challenge.sentAt) >= settings.challengeInterval
    }

    /// Asks an address to prove itself; the datagram goes there.
    mutating func challenge(_ endpoint: UDPEndpoint, nonce: [UInt8], at now: Instant) -> [UInt8]? {
        challenge = Challenge(endpoint: endpoint, nonce: nonce, sentAt: now)
        return seal(.challenge, Bytes(bytes: nonce))
    }

    /// The peer sent back what an address was asked to. False when nothing was asked there.
    mutating func answered(
        _ nonce: [UInt8], from endpoint: UDPEndpoint, at now: Instant, settings: DatagramSettings
    ) -> Bool {
        guard let challenge, challenge.endpoint == endpoint, challenge.nonce == nonce,
            now.since(challenge.sentAt) < settings.handshakeLimit
        else { return false }
        path = endpoint
        isPathValidated = true
        self.challenge = nil
        return true
    }
}
