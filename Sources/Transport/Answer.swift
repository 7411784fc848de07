import Inference
import NIOCore

/// A host's answer: its head, the way it came, and a body that is read as it arrives.
public struct Answer: Sendable {
    public let head: ResponseHead
    public let route: Route
    public let body: AnswerBody
}

/// The body of an answer. Reading is what gives the host new credit, so a slow reader slows the backend down and fills
/// no memory. To be read once; when it is dropped before its end, the request is cancelled on every hop.
public struct AnswerBody: AsyncSequence, Sendable {
    public typealias Element = ByteBuffer

    let handle: ExchangeHandle

    public struct AsyncIterator: AsyncIteratorProtocol {
        let handle: ExchangeHandle

        /// - Throws: ``Inference/ExchangeFailure`` when the path or the backend is lost before the end.
        public func next() async throws -> ByteBuffer? {
            let (node, id) = (handle.node, handle.id)
            return try await withTaskCancellationHandler {
                try await node.nextPart(ofAnswer: id)
            } onCancel: {
                node.cancelSoon(id)
            }
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(handle: handle) }
}

/// Keeps an exchange alive; the exchange is cancelled with its last reference.
final class ExchangeHandle: Sendable {
    let node: Node
    let id: ExchangeID

    init(node: Node, id: ExchangeID) {
        self.node = node
        self.id = id
    }

    deinit { node.cancelSoon(id) }
}
