/// Keys shared with one peer after a handshake, and the way to it.
struct DatagramSession: Sendable {
    let peer: PeerID
    /// The peer's number for the session.
    let remoteIndex: UInt32
    let createdAt: Instant
    /// Where datagrams to the peer go. An address is only ever written here after somebody there has proven to receive.
    private(set) var path: UDPEndpoint
    /// Nothing but the one answer to its first packet is sent before the peer has proven that it receives there.
    private(set) var isPathValidated: Bool
    private(set) var lastHeard: Instant
    private var sending: CipherState
    private var receiving: CipherState
    private var window = ReplayWindow()
    /// A new address of the peer, and what is to come back from there.
    private var challenge: (endpoint: UDPEndpoint, nonce: [UInt8])?

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

    /// What an authentic, new packet contains; nil for others, which change nothing.
    mutating func open(_ packet: TransportPacket, _ bytes: Bytes) -> (content: Bytes, isNewest: Bool)? {
        guard window.isFresh(packet.counter) else { return nil }
        var sealed = bytes
        guard let header = sealed.readBytes(length: TransportPacket.header) else { return nil }
        var content = Bytes()
        receiving.setNonce(packet.counter)
        do { try receiving.open(sealed, appendingTo: &content, associated: header) } catch { return nil }
        let isNewest = window.isNewest(packet.counter)
        window.note(packet.counter)
        return (content, isNewest)
    }

    /// An authentic packet came. True when its address is new and has to prove itself.
    mutating func heard(from endpoint: UDPEndpoint, isNewest: Bool, at now: Instant) -> Bool {
        lastHeard = now
        guard endpoint != path else {
            isPathValidated = true
            return false
        }
        return isNewest && challenge?.endpoint != endpoint
    }

    /// Asks an address to prove itself; the datagram goes there.
    mutating func challenge(_ endpoint: UDPEndpoint, nonce: [UInt8]) -> [UInt8]? {
        challenge = (endpoint, nonce)
        return seal(.challenge, Bytes(bytes: nonce))
    }

    /// The peer sent back what an address was asked to.
    mutating func answered(_ nonce: [UInt8], from endpoint: UDPEndpoint) {
        guard let challenge, challenge.endpoint == endpoint, challenge.nonce == nonce else { return }
        path = endpoint
        isPathValidated = true
        self.challenge = nil
    }
}
