import Gossip
import Overlay

/// Why a world cannot be made of a plan.
public enum WorldError: Error, Sendable, CustomStringConvertible {
    /// Fewer than one node, or more than the address plan has room for.
    case nodeCount(Int)
    /// More services than an entry may list.
    case serviceCount(Int)
    /// More nodes to begin with than nodes, or none.
    case bootstrapCount(Int)
    /// More publishers than nodes.
    case publisherCount(Int)
    /// No thread at all, or more than parts of a world can use.
    case threadCount(Int)
    /// No network can be made of the plan's numbers.
    case network(NetworkError)
    /// Keys, tokens or policies of the world's own making were refused, which is a defect of the program.
    case unusableIdentity(NodeIndex?, String)

    public var description: String {
        switch self {
        case .nodeCount(let count): "\(count) nodes; from 1 to \(AddressPlan.capacity) are possible"
        case .serviceCount(let count):
            "\(count) services per publisher; from 0 to \(EntryContents.serviceCapacity) are possible"
        case .bootstrapCount(let count): "\(count) bootstrap nodes; from 1 to the number of nodes are possible"
        case .publisherCount(let count): "\(count) publishers; from 0 to the number of nodes are possible"
        case .threadCount(let count): "\(count) threads; from 1 to \(World.mostThreads) are possible"
        case .network(let error): error.description
        case .unusableIdentity(let node, let reason):
            "what \(node.map { "node \($0)" } ?? "the mesh") needs to join was refused: \(reason)"
        }
    }
}
