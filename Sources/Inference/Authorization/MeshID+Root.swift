import Biscuit
import Gossip
import Overlay

extension MeshID {
    /// The mesh whose tokens this root signs; `nil` for a key that is not Ed25519, which no mesh has.
    public init?(root: Biscuit.PublicKey) {
        guard let key = root.meshKey else { return nil }
        self.init(rootKey: key)
    }
}

extension Biscuit.PublicKey {
    /// The same key, if it is of the kind that names meshes and states revocations: Ed25519.
    public var meshKey: Overlay.PublicKey? { algorithm == .ed25519 ? Overlay.PublicKey(bytes) : nil }
}
