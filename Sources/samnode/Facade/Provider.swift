import Gossip
import Overlay

/// A host that serves a model or a service, as the facade sees it.
struct Provider: Hashable, Sendable {
    var host: PeerID
    var service: ServiceName
    /// Whether it is this node.
    var isLocal: Bool
    /// Labels that may be relied upon for this provider.
    var labels: LabelSet
    /// Known to have no room for another request.
    var isFull: Bool

    init(host: PeerID, service: ServiceName, isLocal: Bool, labels: LabelSet = .empty, isFull: Bool = false) {
        self.host = host
        self.service = service
        self.isLocal = isLocal
        self.labels = labels
        self.isFull = isFull
    }

    /// What failures are remembered by.
    struct Key: Hashable, Sendable {
        var host: PeerID
        var service: ServiceName
    }

    var key: Key { Key(host: host, service: service) }
}
