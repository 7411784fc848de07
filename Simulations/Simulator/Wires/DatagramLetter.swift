import Inference
import Overlay

/// A message in a datagram, with what every transmission needs to know of it worked out once.
final class DatagramLetter: Sendable {
    /// What kind of packet carries it, which decides its length.
    enum Carrier: Sendable {
        /// A first packet; always as long as a datagram may be.
        case first
        /// The answer to one.
        case firstAnswer
        /// A packet of a session.
        case session
    }

    let message: KademliaMessage
    /// Of the sender, with the packets of a handshake.
    let introduction: Introduction?
    let carrier: Carrier
    let kind: MessageKind
    /// Bytes of the datagram.
    let length: Int
    /// Tells messages apart in traces.
    let digest: UInt64

    init(_ message: KademliaMessage, introduction: Introduction, by carrier: Carrier) {
        self.message = message
        self.carrier = carrier
        let measure = MessageMeasure(.kademlia(message))
        kind = MessageKind(.kademlia(message))
        // Without the byte that tells it apart from other messages of links.
        let plain = measure.length - 1
        switch carrier {
        case .first:
            self.introduction = introduction
            length = DatagramLimits.datagram
        case .firstAnswer:
            self.introduction = introduction
            length = DatagramLimits.datagram - DatagramLimits.answer + introduction.length + plain
        case .session:
            self.introduction = nil
            length = DatagramLimits.datagram - DatagramLimits.message + plain
        }
        digest = measure.digest
    }
}

/// What travels in a datagram.
enum Datagram: Sendable {
    case letter(DatagramLetter)
    /// What a real endpoint has to say.
    case packet([UInt8])
    /// A dial-back, which comes from a port of its own.
    case dialBack(DialBackNonce)

    var length: Int {
        switch self {
        case .letter(let letter): letter.length
        case .packet(let bytes): bytes.count
        case .dialBack: 1 + DialBackNonce.length
        }
    }
}
