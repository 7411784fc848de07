import Overlay

/// What became different in the list of live entries.
public enum CatalogChange: Hashable, Sendable {
    /// A peer that was not listed.
    case added(PeerID)
    /// A listed peer's entry was replaced.
    case updated(PeerID)
    /// A peer is not listed any more: it withdrew, or its entry expired.
    case removed(PeerID)

    public var peer: PeerID {
        switch self {
        case .added(let peer), .updated(let peer), .removed(let peer): peer
        }
    }
}
