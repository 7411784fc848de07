import Overlay

/// SHA-256 of a node's serialized token: lets callers and relays find a token that they have verified before, without
/// 500 bytes of token in every entry.
public struct TokenDigest: Hashable, Sendable {
    public let bytes: Bytes32

    /// A digest as it was received.
    public init(bytes: Bytes32) {
        self.bytes = bytes
    }

    /// The digest of a token in its binary form.
    public init(token: [UInt8]) {
        bytes = SHA256.hash(token)
    }
}
