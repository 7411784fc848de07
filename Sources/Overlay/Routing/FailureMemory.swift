import OrderedCollections

/// Peers that could lately not be reached; bounded, the oldest is forgotten first.
struct FailureMemory: Sendable {
    private let capacity: Int
    private let duration: TimeSpan
    private var until: OrderedDictionary<PeerID, Instant> = [:]

    init(capacity: Int, duration: TimeSpan) {
        self.capacity = capacity
        self.duration = duration
    }

    func contains(_ peer: PeerID, at now: Instant) -> Bool {
        until[peer].map { $0 > now } ?? false
    }

    mutating func note(_ peer: PeerID, at now: Instant) {
        guard capacity > 0 else { return }
        until.removeValue(forKey: peer)
        if until.count >= capacity { until.removeFirst() }
        until[peer] = now + duration
    }

    mutating func forget(_ peer: PeerID) {
        until.removeValue(forKey: peer)
    }
}
