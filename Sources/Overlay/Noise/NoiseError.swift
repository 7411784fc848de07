/// Why a Noise message could not be written or read.
public enum NoiseError: Error, Hashable, Sendable {
    /// The message ends inside a key or a tag.
    case truncated
    /// A message above 65,535 bytes, the limit of the Noise specification.
    case tooLong
    /// A tag that does not fit: altered, or made with other keys.
    case decryptionFailed
    /// The other side's point has small order, which would make the shared secret known to everybody.
    case badPublicKey
    /// A key that the pattern needs was not given.
    case missingKey
    /// Not this side's turn, or the handshake is complete.
    case outOfTurn
    /// 2^64 - 1 messages were sent under one key.
    case nonceExhausted
}

extension NoiseError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated: "a message is too short"
        case .tooLong: "a message is too long"
        case .decryptionFailed: "a message was altered or made with other keys"
        case .badPublicKey: "a public key is unusable"
        case .missingKey: "a key is missing"
        case .outOfTurn: "a message came out of turn"
        case .nonceExhausted: "too many messages under one key"
        }
    }
}
