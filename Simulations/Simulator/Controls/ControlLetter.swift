/// Something on its way to a node: a message, or a timer that the node set for itself.
struct ControlLetter<Event: Sendable>: Sendable {
    enum Kind: Sendable {
        /// Lost when anything is in its way.
        case datagram
        /// Sent again until it arrives or the connection is given up.
        case stream
        case timer
        /// Arrived before, and waited for the processor of a slow node.
        case served
    }

    let event: Event
    let from: UInt32
    let to: UInt32
    /// The receiver's life when it was sent; what was meant for an earlier life is lost.
    let life: UInt16
    var kind: Kind
    /// How often a cut was in its way.
    var attempts: UInt8 = 0
}

/// What waits in the queue of an opponent's world.
enum ControlItem<Event: Sendable>: Sendable {
    case letter(ControlLetter<Event>)
    /// A node starts for the first time.
    case start(Int)
    case faultBegins(Int)
    case faultEnds(Int)
    case operation(Operation)
    /// A node leaves or comes back.
    case churn(Int, comesBack: Bool)
    /// A second is over: a point of the series is due.
    case second
}
