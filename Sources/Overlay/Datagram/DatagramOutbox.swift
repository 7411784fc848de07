/// What an entry into a ``DatagramEndpoint`` leads to.
public struct DatagramOutbox: Sendable {
    /// Datagrams to send, in order.
    public var packets: [(bytes: [UInt8], to: UDPEndpoint)] = []
    /// Dial-backs to send, each from a socket that is used for nothing else.
    public var dialBacks: [(bytes: [UInt8], to: UDPEndpoint)] = []
    /// Messages that came, in order.
    public var received: [ReceivedDatagram] = []
    /// Dial-backs that came, and from where.
    public var receivedDialBacks: [(nonce: DialBackNonce, from: UDPEndpoint)] = []

    public init() {}
}

/// A message from a peer that has proven who it is.
public struct ReceivedDatagram: Sendable {
    /// Whose key the session was made with.
    public let peer: PeerID
    /// What it said; may be empty.
    public let message: Bytes
    /// What the peer tells about itself, when the message came with a handshake.
    public let introduction: [UInt8]?
    /// For the answer.
    public let source: DatagramSource
}

/// Where a message came from, to be given back with the answer to it.
public struct DatagramSource: Hashable, Sendable {
    /// The endpoint's own number for the session.
    public let session: UInt32
    /// Where the datagram came from, which may be forged.
    public let endpoint: UDPEndpoint
    /// Whether the answer goes with the handshake's: only ``DatagramLimits/answer`` bytes, and only one.
    public let isFirst: Bool

    public init(session: UInt32, endpoint: UDPEndpoint, isFirst: Bool) {
        self.session = session
        self.endpoint = endpoint
        self.isFirst = isFirst
    }
}
