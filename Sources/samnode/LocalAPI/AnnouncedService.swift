import Gossip
import Overlay

/// A service in the catalog with the node that announces it.
struct AnnouncedService: Hashable, Sendable {
    var host: PeerID
    var isLocal: Bool
    var name: ServiceName
    /// For people.
    var summary: String
    var models: [String]
    /// When its host last announced it.
    var announcedAt: WallTime
}
