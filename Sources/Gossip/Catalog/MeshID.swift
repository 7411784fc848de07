import Overlay

/// Which mesh an entry belongs to: SHA-256 over the domain-separated public root key, so that a node takes part in the
/// meshes whose roots it trusts and in no other.
public struct MeshID: Hashable, Sendable {
    private static let domain = Array("sam mesh id v1\0".utf8)

    public let bytes: Bytes32

    /// An id as it was written down or received.
    public init(bytes: Bytes32) {
        self.bytes = bytes
    }

    /// The mesh of a root key.
    public init(rootKey: PublicKey) {
        bytes = SHA256.hash(Self.domain + rootKey.bytes.array)
    }
}

extension MeshID: CustomStringConvertible {
    /// Lower-case hexadecimal.
    public var description: String { bytes.description }
}
