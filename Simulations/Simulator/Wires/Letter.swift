import Inference
import Overlay

/// A link message on its way: one shared object, however often it is passed on, with what every transmission needs to know
/// of it worked out once.
final class Letter: Sendable {
    let message: LinkMessage
    let kind: MessageKind
    /// Bytes of the encoded message.
    let length: Int
    /// Tells messages apart in traces; the same whether the message was encoded or not.
    let digest: UInt64

    init(_ message: LinkMessage) {
        self.message = message
        kind = MessageKind(message)
        let measure = MessageMeasure(message)
        length = measure.length
        digest = measure.digest
    }
}
