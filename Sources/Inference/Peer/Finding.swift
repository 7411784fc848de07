import Gossip
import Overlay

/// A search for services in the DHT: what is wanted, and what was found so far.
struct Finding: Sendable {
    let topic: Topic
    /// Hosts after which it ends.
    let wanted: Int
    /// The sequence of the entry that was found of each host.
    var found: [PeerID: UInt64] = [:]
}

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
