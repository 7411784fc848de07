import Inference
import Overlay

/// What happens to one node.
enum NodeEvent: Sendable {
    case start
    /// The timer of the node's core.
    case wake
    /// The node writes its files, if it has not been started again since.
    case save(life: Int)
    /// A node that slows down or stood still goes on with what waits for it.
    case resume
    /// The last words of a node that leaves have left.
    case gone
    /// Somebody asks for a connection.
    case dialed(by: NodeIndex, from: EndRef, wire: UInt64)
    case arrival(Parcel, at: EndRef, from: EndRef, by: NodeIndex)
    /// What arrived has passed the node's access link.
    case taken(Parcel, at: EndRef, from: EndRef, by: NodeIndex)
    /// A datagram comes to the node's access link, and out of it.
    case datagram(Datagram, by: NodeIndex)
    case datagramTaken(Datagram, by: NodeIndex)
    /// What was held back at an end comes in.
    case release(EndRef)
    /// No address of the dial was left to try.
    case dialEnded(DialID)
    /// The time for the handshakes is over.
    case handshakeTimeout(EndRef)
    /// The keep-alive of an end gives up, if it is the same silence.
    case silence(EndRef, number: UInt32)
    /// The timer of a real connection.
    case session(EndRef)
    /// A malicious node does what it does without being asked.
    case malice
    /// The backend answers a request.
    case backendAnswer(ServingID)
}
