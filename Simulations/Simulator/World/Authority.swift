import Biscuit
import Gossip
import Inference
import Overlay

/// The holder of the mesh's root key: makes every node's token, and is not needed afterwards.
struct Authority {
    let meshID: MeshID
    /// Judges the tokens, for all nodes alike.
    let admission: Admission
    private let root: KeyPair
    private let draws: Draws

    /// - Throws: when the tokens' module refuses a key or its own policy, which would be a defect of it.
    init(draws: Draws) throws {
        self.draws = draws
        root = try KeyPair(seed: draws.bytes(32, .authority, of: 0))
        guard let meshID = MeshID(root: root.publicKey) else { throw WorldError.unusableRoot }
        self.meshID = meshID
        admission = try Admission(roots: [root.publicKey])
    }

    /// A token for one node that grants every service everywhere.
    func token(for peer: PeerID, of node: NodeIndex) throws -> [UInt8] {
        var request = TokenRequest(peer: peer, expiry: VirtualClock.epoch + .hours(24 * 365))
        request.services = [.everything]
        let next = try KeyPair(seed: draws.bytes(32, .authority, of: UInt64(node.number) + 1))
        return try Token.mint(root: root, authority: request.authorityBlock, nextKey: next).bytes
    }
}

/// Why a world cannot be made.
public enum WorldError: Error, Sendable, CustomStringConvertible {
    case unusableRoot
    /// Fewer than one node, or more than the address plan has room for.
    case nodeCount(Int)
    /// More services than an entry may list.
    case serviceCount(Int)
    /// More nodes to begin with than nodes, or none.
    case bootstrapCount(Int)

    public var description: String {
        switch self {
        case .unusableRoot: "the mesh's root key is of no use"
        case .nodeCount(let count): "\(count) nodes; from 1 to \(AddressPlan.capacity) are possible"
        case .serviceCount(let count):
            "\(count) services per node; from 0 to \(EntryContents.serviceCapacity) are possible"
        case .bootstrapCount(let count): "\(count) bootstrap nodes; from 1 to the number of nodes are possible"
        }
    }
}
