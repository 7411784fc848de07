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

    public internal(set) var made: [ExchangeID: Made] = [:]
    /// Bodies of requests that the backend has not answered yet.
    var served: [ServingID: Bytes] = [:]
    /// Requests that the backend answered.
    public internal(set) var answered = 0

    public init() {}
}
