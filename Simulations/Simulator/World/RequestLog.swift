import Inference
import Overlay

/// What the agent behind a node hears of a request that it made.
enum CallerNews: Sendable {
    /// The body may be sent.
    case writable(ExchangeID)
    case head(ExchangeID, ResponseHead, Route)
    case body(ExchangeID, Bytes)
    case end(ExchangeID)
    case failed(ExchangeID, ExchangeFailure)
}

/// What the backend behind a node hears of a request.
enum BackendNews: Sendable {
    case begin(ServingID, RequestHead)
    case body(ServingID, Bytes)
    case end(ServingID)
    case cancelled(ServingID)
}

/// The requests that agents at one node made and that its backend serves.
public struct RequestLog: Sendable {
    /// A request of an agent, from the beginning to its one end.
    public struct Made: Sendable {
        public enum End: Sendable {
            case answered(status: Int)
            case failed(ExchangeFailure)
        }

        public let host: NodeIndex
        let id: RequestCheck.ID
        public let startedAt: VirtualTime
        let sentBody: Bytes
        var isBodySent = false
        var status = 0
        /// Relays and host, once an answer has begun.
        public internal(set) var route: Route?
        /// The answer's body as far as it has come.
        public internal(set) var answer = Bytes()
        public internal(set) var endedAt: VirtualTime?
        public internal(set) var end: End?
    }

    /// A request as the backend has it.
    struct Served: Sendable {
        /// Nil when its head names no request of this world.
        let id: RequestCheck.ID?
        var body = Bytes()
    }

    public internal(set) var made: [ExchangeID: Made] = [:]
    /// Names requests in their heads, so that hosts can tell them apart.
    var lastNumber: UInt64 = 0
    /// Requests that the backend has not answered yet.
    var served: [ServingID: Served] = [:]
    /// Requests that the backend answered.
    public internal(set) var answered = 0

    public init() {}
}
