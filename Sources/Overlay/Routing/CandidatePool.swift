/// Contacts that others named and that have not answered us yet, in the order in which they were heard of.
///
/// Bounded: when it is full a newcomer takes a random place, so that a flood of invented contacts cannot keep honest
/// ones out for longer than chance does.
struct CandidatePool: Sendable {
    private let capacity: Int
    private(set) var peers: [PeerRef] = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    func contains(_ peer: PeerRef) -> Bool { peers.contains(peer) }

    /// Retains the peer in `table`. False when it is there already.
    mutating func add(_ peer: PeerRef, table: inout PeerTable, random: inout RandomSource) -> Bool {
        guard capacity > 0, !peers.contains(peer) else { return false }
        table.retain(peer)
        if peers.count < capacity {
            peers.append(peer)
        } else {
            let victim = random.below(peers.count)
            table.release(peers[victim])
            peers[victim] = peer
        }
        return true
    }

    mutating func remove(_ peer: PeerRef, table: inout PeerTable) {
        guard let index = peers.firstIndex(of: peer) else { return }
        peers.remove(at: index)
        table.release(peer)
    }
}
