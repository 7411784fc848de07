import Gossip
import Overlay

/// What one registrar told a search.
public struct RegistrarAnswer: Sendable {
    /// Who answered.
    public let registrar: PeerID
    /// Leading bits that its key shares with the topic's: 0 for the farthest half of all nodes.
    public let bucket: Int
    /// Entries that were found to be true and that were not known from another registrar.
    public let entries: [CatalogEntry]
    /// Entries that it told and that are not to be believed.
    public let refused: Int
}
