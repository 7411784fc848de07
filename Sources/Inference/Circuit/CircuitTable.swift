import Overlay

/// What each open circuit stream is for.
struct CircuitTable {
    enum Role {
        /// The other side opened it and has not said where to.
        case opening(Bytes)
        /// It belongs to a circuit that this node relays.
        case relay(UInt64)
        /// It is a path of a local agent's request.
        case calling(ExchangeID)
        /// It carries a caller's request to a service of this node.
        case serving(ServingID)
    }

    private var roles: [StreamKey: Role] = [:]

    subscript(key: StreamKey) -> Role? {
        get { roles[key] }
        set { roles[key] = newValue }
    }

    /// The streams of a link in the order of their numbers, so that every process treats them alike.
    func streams(of link: LinkID) -> [StreamKey] {
        roles.keys.filter { $0.link == link }.sorted { $0.stream < $1.stream }
    }
}
