import Gossip
import Inference
import Overlay

/// A node at a glance.
public struct NodeStatus: Sendable {
    public var peer: PeerID
    public var meshID: MeshID
    public var listening: [Multiaddr]
    public var uptime: TimeSpan
    /// Links that both ends admitted.
    public var links: Int
    /// Peers of those links with which the node gossips.
    public var neighbours: Int
    /// Peers without a token that look things up over libp2p's DHT; nil where they are not served.
    public var libp2pNeighbours: Int?
    /// Connections, those included that are being made or judged.
    public var connections: Int
    /// Peers in the routing table.
    public var routingTable: Int
    /// The DHT's estimate of how many nodes there are.
    public var estimatedNodes: Int
    /// Lookups that found the nearest peers closer together than chance has it.
    public var crowdedLookups: UInt64
    public var catalogEntries: Int
    /// Nil while the node keeps all entries.
    public var partialCatalog: PartialCatalog?
    public var models: Int
    public var requestsServing: Int
    public var requestsMaking: Int
    public var counters: PeerCounters
    public var datagrams: DatagramCounters
    public var gossip: MeshCounts
    public var membership: MembershipCounts
    /// Revocations that the node knows, and those of which it knows only that there are.
    public var revocations: Int
    public var revocationsMissing: Int
    /// Why the other nodes refuse this one, when it was revoked.
    public var ownRevocation: AdmissionRefusal?
    /// Advertisements that this node keeps for others.
    public var advertisementsKept: Int
    /// Places of its own advertisement at registrars, counted for each topic.
    public var advertisementsPlaced: Int
    public var reach: ReachStatus
}

/// What a node keeps of a catalog that is too large for it.
public struct PartialCatalog: Sendable {
    /// Shards of which it keeps entries, of ``ServiceShard/count``.
    public var shards: Int
    /// Those of them of which it keeps a sample.
    public var sampled: Int
    /// Live entries that it knows of and does not keep; those that it has heard of long ago are forgotten.
    public var notKept: Int
}

/// Whether others reach a node, as their dial-backs tell.
public struct ReachStatus: Sendable {
    /// Whether others are told that it is a server of the DHT.
    public var isServer: Bool
    public var reach: Reach
    /// Networks whose dial-backs arrived, and did not, of those that count now.
    public var witnesses: (reached: Int, missed: Int)
    /// Where the last one that was asked saw the node.
    public var seen: UDPEndpoint?
    /// Dial-backs that arrived, that were promised in vain, and that the node sent for others.
    public var arrived: UInt64
    public var missed: UInt64
    public var sent: UInt64
}

/// One connection of a node.
public struct LinkStatus: Sendable {
    public var peer: PeerID
    public var direction: LinkDirection
    public var address: String
    public var age: TimeSpan
    /// As last measured by a ping; nil before the first.
    public var roundTrip: TimeSpan?
    /// Both ends admitted each other.
    public var isAdmitted: Bool
    /// Who the peer's token says it is.
    public var user: String?
    public var roles: [String]
    public var bytesReceived: UInt64
    public var bytesSent: UInt64
    /// Circuits that end or pass here.
    public var streams: Int
    /// Whether the peer says that it is a server of the DHT; nil when it has not told.
    public var isServer: Bool?
}

/// One host's entry of the catalog.
public struct CatalogItem: Sendable {
    public var peer: PeerID
    public var sequence: UInt64
    public var issuedAt: WallTime
    public var expiresAt: WallTime
    public var services: [ServiceOffer]
    public var labels: LabelSet
    public var relays: [PeerID]
    public var isLocal: Bool
    /// How busy each of the services is, in their order; nil where this node does not know.
    public var loads: [KnownLoad?]
}

/// What would be tried to reach a host, in order.
public struct RoutePlan: Sendable {
    public struct Path: Sendable {
        /// The neighbour that would relay; nil for the direct link or a dial.
        public var relay: PeerID?
        public var words: String
    }

    public var host: PeerID
    public var paths: [Path]
}
