import Overlay

/// One direction of a wire: reliable and in order, as TCP is. What is behind a lost packet waits for it.
struct Lane: Sendable {
    private var path: StreamPath
    /// Nothing arrives before this, since nothing may overtake.
    private var lastArrival = VirtualTime.zero

    init(_ path: StreamPath) {
        self.path = path
    }

    /// When a parcel arrives that leaves the sender's access link at `departure`.
    mutating func send(
        _ parcel: Parcel, at departure: VirtualTime, in network: NetworkModel, under impairment: Impairment = .none
    ) -> VirtualTime {
        let isFirst = if case .handshake(let flight) = parcel { flight < 2 } else { false }
        let delay = path.delay(
            of: parcel.length, isFirst: isFirst, at: departure, in: network, under: impairment)
        lastArrival = max(lastArrival, departure + delay)
        return lastArrival
    }

    /// The pause before what was held back is sent again.
    var retransmission: TimeSpan { path.retransmission }
}
