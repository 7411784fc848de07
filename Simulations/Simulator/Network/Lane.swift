import Overlay

/// One direction of a wire: reliable and in order, as TCP is. What is behind a lost packet waits for it.
struct Lane: Sendable {
    private var path: Path
    /// Nothing arrives before this, since nothing may overtake.
    private var lastArrival = VirtualTime.zero
    /// What would have arrived while the path was cut, in order.
    private var held: [Parcel] = []
    /// Parcels that are on their way, held ones included.
    private(set) var underWay = 0

    init(_ path: Path) {
        self.path = path
    }

    /// One way, without jitter and loss.
    var latency: TimeSpan { path.base }
    var isHolding: Bool { !held.isEmpty }

    /// When a parcel that is sent now arrives.
    mutating func send(_ parcel: Parcel, at now: VirtualTime) -> VirtualTime {
        let isFirst = if case .handshake(let flight) = parcel { flight < 2 } else { false }
        underWay += 1
        lastArrival = max(lastArrival, now + path.delay(of: parcel.length, isFirst: isFirst))
        return lastArrival
    }

    mutating func arrived() {
        underWay -= 1
    }

    /// Keeps what has just come to where the path is cut.
    mutating func hold(_ parcel: Parcel) {
        held.append(parcel)
    }

    /// Sends again what was held, in order; the first after a retransmission timeout.
    mutating func release(at now: VirtualTime) -> [(parcel: Parcel, arrival: VirtualTime)] {
        defer { held = [] }
        lastArrival = max(lastArrival, now + path.retransmission)
        return held.map { parcel in
            lastArrival = max(lastArrival, now + path.retransmission + path.delay(of: parcel.length, isFirst: false))
            return (parcel, lastArrival)
        }
    }
}
