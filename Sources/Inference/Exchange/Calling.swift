import Gossip
import Overlay

/// A local agent's request on its way to a host: first several paths race, then one carries it.
struct Calling {
    /// One path that is being tried or in use: a circuit stream on a link, straight to the host or through a relay.
    struct Path {
        let key: StreamKey
        /// The neighbour that relays, or nil when the link ends at the host.
        let relay: PeerID?
        var session: CircuitSession
        /// Bytes of the stream before the status was complete.
        var preface = Bytes()
        /// The host's or relay's status said that the circuit stands.
        var isAccepted = false
    }

    /// What is to happen once a path has proven the host.
    enum Purpose {
        case request(RequestHead, LabelDemand)
        /// Nothing: this node wants to know whether the host can be reached.
        case probe
    }

    enum State {
        /// Paths race; none has proven the host yet, and no byte of the request has been sent.
        case opening(paths: [Path], nextPathAt: Instant)
        /// One path has proven the host; the request goes over it.
        case open(Path, answered: Bool)
    }

    let id: ExchangeID
    let host: PeerID
    let purpose: Purpose
    /// What a request asks for, if its path says so.
    let service: ServiceName?
    let startedAt: Instant
    var state: State
    var lastUsed: Instant
    /// Neighbours that were tried or are being tried, the host itself among them when tried directly.
    var tried: [PeerID] = []
    /// How often a path was tried again whose other side was still learning revocations.
    var repeats = 0
    /// Relays that a link was wanted to: each is sought once.
    var sought: [PeerID] = []
    /// What the failed paths said, for the message when all have failed.
    var complaints: [String] = []
    /// The shortest time after which a busy relay or host asked to be tried again.
    var retryAfter: TimeSpan?
    var pressure = Backpressure()
    /// The host as its token describes it, once a path has proven it.
    var hostAdmission: Admitted?

    var route: Route? {
        guard case .open(let path, _) = state else { return nil }
        return Route(hops: (path.relay.map { [$0] } ?? []) + [host])
    }

    var paths: [Path] {
        switch state {
        case .opening(let paths, _): paths
        case .open(let path, _): [path]
        }
    }

    /// What to tell the agent when no path worked.
    var failure: ExchangeFailure {
        if let retryAfter { return .overloaded(retryAfter: retryAfter) }
        guard !complaints.isEmpty else {
            return .unreachable("no link to \(host), no address to dial, and no neighbour to relay")
        }
        return .unreachable(complaints.joined(separator: "; "))
    }
}
