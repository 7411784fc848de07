import Overlay

/// What travels on a wire.
enum Parcel: Sendable {
    /// One flight of the handshakes; the dialer sends the even ones. 0 and 1 are TCP's, 2 to 4 those of Noise XX with the
    /// choice of protocols on board.
    case handshake(Int)
    /// A link message as it is.
    case letter(Letter)
    /// A link message, encoded.
    case message(Bytes)
    /// What a real connection has to say.
    case raw(Bytes)
    /// The first keep-alive and its answer, each with the moment at which the ping was sent.
    case ping(VirtualTime)
    case pong(VirtualTime)
    case stream(StreamName, StreamSignal)
    /// The sender closed the link; nothing follows.
    case end

    /// The flight with which the acceptor knows who the dialer is, the last one.
    static let lastFlight = 4

    var isEnd: Bool {
        if case .end = self { true } else { false }
    }

    /// Bytes of all its packets with their headers, as access links count them.
    func lengthOnWire(in network: NetworkModel) -> Int {
        let packets = max(1, (length + network.packetLength - 1) / network.packetLength)
        return length + packets * WireSettings.packetHeader
    }

    /// Bytes that make up packets. The handshakes' flights have the size of Noise's longest message there, with a
    /// signature and a key.
    var length: Int {
        switch self {
        case .handshake: 200
        case .letter(let letter): letter.length
        case .message(let bytes), .raw(let bytes): bytes.readableBytes
        case .ping, .pong, .end: 12
        case .stream(_, let signal): signal.length
        }
    }
}

/// A circuit stream on a wire: who opened it, and that node's number for it.
struct StreamName: Hashable, Sendable {
    let opener: WireEnd.Side
    let number: UInt64
}

/// What one end of a circuit stream tells the other.
enum StreamSignal: Sendable {
    case opened
    case data(Bytes)
    /// The reader took this many bytes.
    case window(Int)
    case finished
    case reset

    var length: Int {
        if case .data(let bytes) = self { 12 + bytes.readableBytes } else { 12 }
    }
}
