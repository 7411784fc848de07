import Inference
import NIOCore

/// A host's answer: its head, and its body as it arrives.
struct MeshAnswer: Sendable {
    var head: ResponseHead
    var route: Route
    /// Fails with ``ExchangeFailure`` when the rest is lost.
    var body: any AsyncSequence<ByteBuffer, any Error> & Sendable
}
