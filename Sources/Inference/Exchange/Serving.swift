import Gossip
import Overlay

/// A caller's request at the node that hosts the service.
struct Serving {
    enum State {
        /// The caller's first message has not come whole.
        case handshake
        /// The caller is known; its request has not come.
        case awaitingRequest(Admitted)
        /// The backend works on it.
        case running(answered: Bool)
        /// The answer is complete or was refused, and its last bytes have still to leave; what comes in is ignored.
        case ended
    }

    let id: ServingID
    let key: StreamKey
    var session: CircuitSession
    var state: State
    var lastUsed: Instant
    var caller: PeerID?
    /// The caller as its token describes it, once that was judged good.
    var admitted: Admitted?
    /// What it asked for, once that was allowed.
    var service: ServiceName?
    /// The end of the request's body has come.
    var isRequestComplete = false
    var pressure = Backpressure()

    /// The backend works on it.
    var isRunning: Bool {
        if case .running = state { true } else { false }
    }
}
