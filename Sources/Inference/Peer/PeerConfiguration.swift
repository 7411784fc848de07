import Gossip
import Overlay

/// What a node is made of: its key, its mesh, its token, its policy and where to begin.
public struct PeerConfiguration: Sendable {
    public var identity: Identity
    public var meshID: MeshID
    /// The node's own Biscuit, exact bytes.
    public var token: [UInt8]
    /// Judges the tokens of others.
    public var admission: Admission
    /// Judges requests for this node's services.
    public var authorizer: ServiceAuthorizer
    public var labels: LabelSet
    /// Labels that the token of every host must attest that this node's requests go to.
    public var demandedLabels: LabelSet
    public var bootstraps: [Multiaddr]
    /// Requests that a service may have at once; further callers are told to come back. Services without a number take as
    /// many as the node does.
    public var slots: [ServiceName: Int] = [:]
    /// Revocations of an earlier run, exact bytes; each is verified again.
    public var revocations: [[UInt8]] = []
    /// Whether the node may be a server of the DHT.
    public var role = Peer.RoleChoice.automatic
    /// Whether peers without a token may look things up over libp2p's DHT.
    public var servesLibP2P = false
    /// Nodes made from copies of one configuration hold one copy of it.
    public var settings: PeerSettings {
        get { frozenSettings.peer.value }
        set { frozenSettings = FrozenPeerSettings(newValue) }
    }
    private(set) var frozenSettings: FrozenPeerSettings
    /// Shared with other nodes of the process that have the same admission; nil for memories of its own.
    public var verifications: Verifications?

    /// Connections that the node keeps at most, when all links and all libp2p neighbours are there.
    public var mostConnections: Int {
        settings.mostLinks + (servesLibP2P ? settings.libp2p.neighbours : 0)
    }

    public init(
        identity: Identity, meshID: MeshID, token: [UInt8], admission: Admission, authorizer: ServiceAuthorizer,
        labels: LabelSet = .empty, demandedLabels: LabelSet = .empty, bootstraps: [Multiaddr] = [],
        settings: PeerSettings = PeerSettings(), verifications: Verifications? = nil
    ) {
        self.identity = identity
        self.meshID = meshID
        self.token = token
        self.admission = admission
        self.authorizer = authorizer
        self.labels = labels
        self.demandedLabels = demandedLabels
        self.bootstraps = bootstraps
        frozenSettings = FrozenPeerSettings(settings)
        self.verifications = verifications
    }
}
