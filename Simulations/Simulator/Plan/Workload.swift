import Overlay

/// What the users of a world do, as a rate over the whole world; moments and nodes are drawn.
public struct Workload: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// A publisher changes what it offers.
        case update
        /// A node searches the key of another node that is there.
        case lookup
        /// An agent asks a service of another node and gets back what it sent.
        case request(bytes: Int)
    }

    public var kind: Kind
    /// How many of them take this long.
    public var count: Int
    public var per: TimeSpan
    /// Since the world began.
    public var start: TimeSpan
    public var end: TimeSpan
    /// Who does it.
    public var nodes: NodeSelection

    public init(
        _ kind: Kind, _ count: Int, per: TimeSpan, from start: TimeSpan, until end: TimeSpan,
        by nodes: NodeSelection = .all
    ) {
        self.kind = kind
        self.count = count
        self.per = per
        self.start = start
        self.end = end
        self.nodes = nodes
    }
}
