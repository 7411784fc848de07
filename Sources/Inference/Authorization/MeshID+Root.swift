import Biscuit
import Gossip
import Overlay

extension MeshID {
    /// The mesh whose tokens this root signs; `nil` for a key that is not Ed25519, which no mesh has.
    public init?(root: Biscuit.PublicKey) {
        guard root.algorithm == .ed25519, let key = Overlay.PublicKey(root.bytes) else { return nil }
        self.init(rootKey: key)
    }
}
