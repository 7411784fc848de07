import Biscuit
import Gossip
import Inference
import Overlay

/// The holder of the mesh's root key: makes every node's token, and is not needed afterwards.
struct Authority: Sendable {
    let meshID: MeshID
    /// Judges the tokens, for all nodes alike.
    let admission: Admission
    private let root: KeyPair
    private let draws: Draws

    init(draws: Draws) throws(WorldError) {
        self.draws = draws
        do {
            root = try KeyPair(seed: draws.bytes(32, .authority, of: 0))
            admission = try Admission(roots: [root.publicKey])
        } catch {
            throw .unusableIdentity(nil, "\(error)")
        }
        guard let meshID = MeshID(root: root.publicKey) else { throw .unusableIdentity(nil, "the root key") }
        self.meshID = meshID
    }

    /// A token for one node that grants every service everywhere.
    func token(for peer: PeerID, of node: NodeIndex) throws -> [UInt8] {
        var request = TokenRequest(peer: peer, expiry: VirtualClock.epoch + .hours(24 * 365))
        request.services = [.everything]
        let next = try KeyPair(seed: draws.bytes(32, .authority, of: UInt64(node.number) + 1))
        return try Token.mint(root: root, authority: request.authorityBlock, nextKey: next).bytes
    }
}
