import Overlay

/// One direction of a wire: reliable and in order, as TCP is. What is behind a lost packet waits for it.
struct Lane: Sendable {
    private var path: Path
    /// Nothing arrives before this, since nothing may overtake.
    private var lastArrival = VirtualTime.zero

    init(_ path: Path) {
        self.path = path
    }

    /// When a parcel that is sent now arrives.
    mutating func send(_ parcel: Parcel, at now: VirtualTime) -> VirtualTime {
        let isFirst = if case .handshake(let flight) = parcel { flight < 2 } else { false }
        lastArrival = max(lastArrival, now + path.delay(of: parcel.length, isFirst: isFirst))
        return lastArrival
    }

    /// The pause before what was held back is sent again.
    var retransmission: TimeSpan { path.retransmission }
}
