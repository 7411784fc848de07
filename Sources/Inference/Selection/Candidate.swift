import Gossip
import Overlay

/// A service that can answer a request: which node hosts it and how near that node is.
public struct Candidate: Hashable, Sendable {
    public var host: PeerID
    public var service: ServiceName
    public var labels: LabelSet
    /// The service is the node's own.
    public var isLocal: Bool
    /// A link to the host stands.
    public var isLinked: Bool
    /// The link's measured round trip; nil when there is no link or nothing was measured.
    public var roundTrip: TimeSpan?
    /// How busy the service is; nil when this node does not know, which is neither idle nor full.
    public var load: KnownLoad?
}
