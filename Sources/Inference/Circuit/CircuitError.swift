/// Why a circuit's end-to-end session was broken off.
public enum CircuitError: Error, Hashable, Sendable {
    /// A message of the Noise handshake or a record did not authenticate.
    case notAuthentic
    /// The caller's peer id is not that of the key it used.
    case wrongPeer
    /// A record that does not parse.
    case malformed
    /// A record that has no place in the exchange's present state.
    case unexpected
}

extension CircuitError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAuthentic: "bytes that do not authenticate"
        case .wrongPeer: "a peer id that does not belong to the key"
        case .malformed: "a record that does not parse"
        case .unexpected: "a record out of turn"
        }
    }
}
