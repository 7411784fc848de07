import OrderedCollections
import Overlay

/// What happened since the node started, by kind; the source of its metrics.
public struct PeerCounters: Hashable, Sendable {
    public var linksOpened: UInt64 = 0
    public var linksClosed: UInt64 = 0
    public var admitted: UInt64 = 0
    public var identified: UInt64 = 0
    public var dials: UInt64 = 0
    public var dialsFailed: UInt64 = 0
    public var circuitsRelayed: UInt64 = 0
    public var bytesRelayed: UInt64 = 0
    public var requestsMade: UInt64 = 0
    public var requestsServed: UInt64 = 0
    public var requestsRefused: UInt64 = 0
    /// Requests that were allowed, and told to come back because the service had no slot free.
    public var requestsBusy: UInt64 = 0
    /// Words on how busy an own service is, said to callers.
    public var loadsTold: UInt64 = 0
    /// Words on how busy another host's service is, heard from it.
    public var loadsHeard: UInt64 = 0
    /// Links closed, and circuits cut, because of a revocation.
    public var linksRevoked: UInt64 = 0
    public var circuitsRevoked: UInt64 = 0
    /// Circuits refused because the neighbour's revocations were not known yet.
    public var circuitsLearning: UInt64 = 0
    /// Requests of libp2p neighbours that were read.
    public var libp2pRequests: UInt64 = 0
    /// What of libp2p neighbours was not acted on.
    public var libp2pDropped: OrderedDictionary<LibP2PKademliaDrop, UInt64> = [:]
    /// Hostile, stale or unexpected input, by reason. The reasons are words of this program, never of the input, so that
    /// their number is bounded.
    public var dropped: OrderedDictionary<PeerDrop, UInt64> = [:]

    mutating func drop(_ reason: PeerDrop) {
        dropped[reason, default: 0] &+= 1
    }

    /// A token that is not good.
    mutating func drop(_ refusal: AdmissionRefusal) {
        drop(refusal.isRevocation ? PeerDrop.revoked : .tokenRefused)
    }

    mutating func drop(_ reason: LibP2PKademliaDrop) {
        libp2pDropped[reason, default: 0] &+= 1
    }
}

/// Why input was not acted on.
public enum PeerDrop: String, Hashable, Sendable {
    /// A message of the mesh on a link that is not admitted.
    case notAdmitted = "not_admitted"
    case foreignMesh = "foreign_mesh"
    case tokenRefused = "token_refused"
    /// A token that was revoked, or whose peer was.
    case revoked
    case graceExpired = "grace_expired"
    case tooManyLinks = "too_many_links"
    case malformedCircuit = "malformed_circuit"
    case relayRefused = "relay_refused"
    case unknownStream = "unknown_stream"
    case kademlia
    case gossip
    case membership
    case notANeighbor = "not_a_neighbor"
    /// A host says how busy a service is that this node has not asked for.
    case unaskedLoad = "unasked_load"
    /// More hints of hosts that may be gone than ``PeerSettings/hintBurst`` allows.
    case hints
}
