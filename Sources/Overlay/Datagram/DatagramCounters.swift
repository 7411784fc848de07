import OrderedCollections

/// What happened at a ``DatagramEndpoint``.
public struct DatagramCounters: Hashable, Sendable {
    public var sent: UInt64 = 0
    public var received: UInt64 = 0
    public var bytesSent: UInt64 = 0
    public var bytesReceived: UInt64 = 0
    /// Handshakes that ended well, of both directions.
    public var handshakes: UInt64 = 0
    public var cookiesSent: UInt64 = 0
    public var dropped: OrderedDictionary<DatagramDrop, UInt64> = [:]

    mutating func drop(_ reason: DatagramDrop) {
        dropped[reason, default: 0] &+= 1
    }
}

/// Why a datagram led to nothing.
public enum DatagramDrop: String, Hashable, Sendable {
    /// No packet of this protocol, or for another node.
    case malformed
    /// Of a session or a handshake that this node does not have.
    case unknownSession = "unknown_session"
    /// Altered, or made with other keys, another mesh or another peer's name.
    case notAuthentic = "not_authentic"
    /// A copy, or too late for the replay window.
    case replayed
    /// More handshakes than this node answers.
    case tooManyHandshakes = "too_many_handshakes"
    /// Too long for a datagram.
    case tooLong = "too_long"
    /// The peer's id is not the id of a usable key.
    case unusableKey = "unusable_key"
}
