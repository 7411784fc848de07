/// Why a datagram, or a message for one, led to nothing.
public enum DatagramDrop: String, Error, Hashable, Sendable {
    /// No packet of this protocol, contents that do not parse, or a sender that cannot be.
    case malformed
    /// A first packet for another node or another mesh, or an altered one.
    case misdirected
    /// Of a session or a handshake that this node does not have, or no more.
    case unknownSession = "unknown_session"
    /// Altered, or made with other keys or another peer's name.
    case notAuthentic = "not_authentic"
    /// A copy, or too late for the replay window.
    case replayed
    /// More handshakes than this node answers.
    case tooManyHandshakes = "too_many_handshakes"
    /// Too long for a datagram.
    case tooLong = "too_long"
    /// The peer's id is not the id of a usable key.
    case unusableKey = "unusable_key"
    /// An answer to a place where nobody has proven to receive.
    case unprovenAddress = "unproven_address"
    /// An answer to a path challenge that was not made, or too long ago.
    case unasked
}
