import Gossip
import Inference
import NIOCore

/// Carries out requests for this node's services: the way to the backend. It is asked only what the core has already
/// authorised.
public protocol RequestHandler: Sendable {
    /// Answers one request. When the caller goes away the task that runs this is cancelled. A ``Inference/ServingFailure``
    /// that it throws is told to the caller; any other error is told as a failure of the backend.
    func handle(_ request: InboundRequest, respond: any ResponseWriter) async throws
}

/// One request of a caller.
public struct InboundRequest: Sendable {
    public let head: RequestHead
    public let service: ServiceName
    /// Path and query behind the service: empty, or begins with `/` or `?`.
    public let rest: String
    public let caller: Caller
    public let body: InboundBody
}

/// The way back to the caller. Every call waits until the stream can take more.
public protocol ResponseWriter: Sendable {
    /// - Throws: ``Inference/ExchangeFailure/cancelled`` when the caller has gone; likewise below.
    func start(_ head: ResponseHead) async throws
    func write(_ bytes: ByteBuffer) async throws
    func finish() async throws
}

/// The body of a caller's request, read as it arrives; reading gives the caller new credit.
public struct InboundBody: AsyncSequence, Sendable {
    public typealias Element = ByteBuffer

    let node: Node
    let id: ServingID

    public struct AsyncIterator: AsyncIteratorProtocol {
        let node: Node
        let id: ServingID

        public func next() async throws -> ByteBuffer? { try await node.nextPart(ofRequest: id) }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(node: node, id: id) }
}

/// The ``ResponseWriter`` over a circuit.
struct CircuitResponseWriter: ResponseWriter {
    let node: Node
    let id: ServingID

    func start(_ head: ResponseHead) async throws { try await node.answer(id, head) }
    func write(_ bytes: ByteBuffer) async throws { try await node.answerBody(bytes, of: id) }
    func finish() async throws { try await node.answerEnd(id) }
}
