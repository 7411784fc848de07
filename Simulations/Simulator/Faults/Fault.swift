import Overlay

/// Something that goes wrong, or right again, at a moment of the world.
public struct Fault: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// No packet passes between these nodes and all the others until the network heals.
        case partition(Set<NodeIndex>)
        /// No packet passes between these two nodes until the network heals.
        case cut(NodeIndex, NodeIndex)
        /// Every cut is over.
        case heal
        /// Whatever links these two have are reset at both ends.
        case breakLink(NodeIndex, NodeIndex)
    }

    public let time: VirtualTime
    public let kind: Kind

    public init(at time: VirtualTime, _ kind: Kind) {
        self.time = time
        self.kind = kind
    }
}
