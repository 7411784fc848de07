import Inference
import Overlay

/// What the queue of a world holds.
enum WorldEvent: Sendable {
    case start(NodeIndex)
    /// The timer of a node's core.
    case wake(NodeIndex)
    case arrival(Parcel, on: WireID, at: Wire.Side)
    /// No address of the dial was left to try.
    case dialEnded(DialID, of: NodeIndex)
    /// The time for one address of a dial is over.
    case dialTimeout(DialID, of: NodeIndex, wire: WireID)
    /// The keep-alive of a wire that was cut gives up, if it is the same cut.
    case silence(WireID, epoch: UInt32)
    case fault(Fault.Kind)
    case inspection
    /// The backend of a node answers a request.
    case backendAnswer(ServingID, of: NodeIndex)
}
