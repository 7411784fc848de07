import Gossip
import Overlay

/// A node's settings and those of its parts, each in one place however many nodes have the same.
struct FrozenPeerSettings: Sendable {
    let peer: Frozen<PeerSettings>
    let gossip: Frozen<GossipSettings>
    let kademlia: Frozen<KademliaSettings>
    let membership: Frozen<MembershipSettings>

    init(_ settings: PeerSettings) {
        peer = Frozen(settings)
        gossip = Frozen(settings.gossip)
        kademlia = Frozen(settings.kademlia)
        membership = Frozen(settings.membership)
    }
}
