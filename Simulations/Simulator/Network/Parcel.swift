import Overlay

/// What travels on a wire.
enum Parcel: Sendable {
    /// One flight of the handshakes; the dialer sends the even ones.
    case handshake(Int)
    /// A link message, encoded.
    case message(Bytes)
    /// The first keep-alive and its answer, each with the moment at which the ping was sent.
    case ping(VirtualTime)
    case pong(VirtualTime)
    case stream(StreamName, StreamSignal)
    /// The sender closed the link; nothing follows.
    case end

    /// Bytes that make up packets. The handshakes' flights have the size of Noise's longest message there, with a
    /// signature and a key.
    var length: Int {
        switch self {
        case .handshake: 200
        case .message(let bytes): bytes.readableBytes
        case .ping, .pong, .end: 12
        case .stream(_, let signal): signal.length
        }
    }
}

/// A circuit stream on a wire: who opened it, and that node's number for it.
struct StreamName: Hashable, Sendable {
    let opener: Wire.Side
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
