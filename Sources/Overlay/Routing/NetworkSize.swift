/// How many nodes the network has, judged from how near to their targets finished lookups found peers.
///
/// The i-th nearest of N uniformly random keys lies at i/(N+1) of the keyspace on average. Each lookup gives one estimate, the
/// least-squares line through zero over the peers that it found, and the median of the last ones counts: who crowds a part of
/// the keyspace spoils the estimates there, not those elsewhere.
struct NetworkSize: Sendable {
    private let capacity: Int
    private let needed: Int
    /// One for each part of the keyspace that was searched, named by its first bits; the oldest first.
    private var samples: [(part: UInt8, size: Double)] = []

    init(capacity: Int, needed: Int) {
        self.capacity = max(capacity, 1)
        self.needed = max(needed, 1)
    }

    /// Notes a lookup that found as many as it wanted. Lookups of one part of the keyspace count once, so that one that is
    /// searched over and over does not outweigh the others.
    mutating func note(_ result: LookupResult) {
        let distances = result.closest.map { $0.key.distance(to: result.target) }.filter { $0 != .zero }
        guard let size = Self.size(distances) else { return }
        let part = UInt8(truncatingIfNeeded: result.target.bytes.bigEndianWords.0 >> 56)
        samples.removeAll { $0.part == part }
        if samples.count >= capacity { samples.removeFirst() }
        samples.append((part, size))
    }

    /// Believes what many lookups would have found.
    mutating func assume(_ size: Int) {
        samples = (0..<needed).map { (UInt8(truncatingIfNeeded: $0), Double(size)) }
    }

    /// Nodes of the network; nil before enough lookups have ended.
    var median: Int? {
        guard samples.count >= needed else { return nil }
        let sizes = samples.map(\.size).sorted()
        return Int(min(sizes[sizes.count / 2], 1e15))
    }

    /// Fits the distances of the nearest peers, nearest first. Nil without any.
    static func size(_ distances: some Sequence<NodeKey.Distance>) -> Double? {
        var numerator = 0.0
        var denominator = 0.0
        for (index, distance) in distances.enumerated() {
            let rank = Double(index + 1)
            numerator += rank * rank
            denominator += rank * distance.fraction
        }
        return denominator > 0 ? numerator / denominator : nil
    }
}
