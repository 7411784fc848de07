import Gossip
import Overlay

/// A service together with a peer: the host that offers it, or the caller that asked for it.
struct ServicePlace: Hashable, Sendable {
    let peer: PeerID
    let service: ServiceName
}
