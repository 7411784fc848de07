/// Which nodes something is about. Decided node by node from the seed, never by counting, so that a world with fewer nodes
/// or fewer faults selects the same ones among those that are left.
public enum NodeSelection: Hashable, Sendable {
    case all
    case bootstraps
    /// These numbers.
    case list([NodeIndex])
    /// Numbers from `first` on, `count` of them.
    case range(first: NodeIndex, count: Int)
    /// Each node with this probability; another `salt` draws another share.
    case share(Ratio, salt: UInt64)
    /// The nodes of one region of the latency model.
    case region(Int)
    indirect case except(NodeSelection)
}
