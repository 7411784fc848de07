/// Who made a link.
public enum LinkOrigin: Hashable, Sendable {
    /// This node dialed: it chose the peer.
    case outbound
    /// The peer dialed: it chose this node.
    case inbound
}
