/// The peers whose keys share exactly as many leading bits with the node's own as the bucket's index says.
struct RoutingBucket: Sendable {
    /// In the order in which they were last heard of, the longest ago first.
    var entries: [RoutingEntry] = []
    /// Peers that answered but found the bucket full, the most recent last.
    var waiting: [RoutingEntry] = []

    func index(of peer: PeerRef) -> Int? { entries.firstIndex { $0.peer == peer } }

    /// The waiting peer that should get the next place: the nearest by round trip, and of two equals the more recent.
    func preferredWaiting(where isAllowed: (PeerRef) -> Bool) -> Int? {
        var best: Int?
        for index in waiting.indices where isAllowed(waiting[index].peer) {
            if let best, waiting[best].roundTrip < waiting[index].roundTrip { continue }
            best = index
        }
        return best
    }
}
