import Gossip
import Inference

/// What `sam-node.yaml` says, decoded and checked.
struct NodeConfiguration: Equatable, Sendable {
    /// The only version of the file's format.
    static let version = "v1alpha1"

    /// What this node says of itself; ordered by key.
    var labels = LabelSet.empty
    var egress = EgressConfiguration()
    /// Whether nodes of the local network are looked for.
    var localDiscovery = LocalNetwork.Mode.auto
    /// In the order of the file.
    var services: [ServiceConfiguration] = []
    var attenuation = LocalPolicy()
    /// Whether peers without a token may look things up over libp2p's DHT.
    var libp2p = false
    /// Live entries of which the catalog holds no more; nil for the default of ``GossipSettings/liveCapacity``.
    var catalogEntries: Int?
    /// What may be said. Lower: hardly a host of a middling mesh would be listed. Higher: comparisons with neighbours take long.
    static let catalogEntries = 1_000...100_000
    /// What the node is in the DHT.
    var role = Peer.RoleChoice.automatic
}

/// What this node demands of the hosts that its own requests go to.
struct EgressConfiguration: Equatable, Sendable {
    /// Each of them must be attested by the host's token; ordered by key.
    var requiredLabels = LabelSet.empty
}
