/// Whether other nodes reach this one where it says that it listens.
public enum Reach: String, Hashable, Sendable, CaseIterable {
    /// Nobody has tried yet, or too few.
    case unknown
    /// Datagrams arrive that this node has not asked for.
    case reached
    /// They do not, but others have dialed this node.
    case linksOnly = "links_only"
    /// Neither: the node is a client.
    case unreached
}
