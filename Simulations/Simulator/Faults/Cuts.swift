/// Between whom no packet passes at the moment.
struct Cuts: Sendable {
    private var islands: [Set<NodeIndex>] = []
    private var pairs: Set<NodePair> = []
    /// Counts the cuts and their ends, so that what was planned for one cut does not happen after its end.
    private(set) var epoch: UInt32 = 0
    /// The epoch that began when the last cuts ended.
    private(set) var healedAt: UInt32 = 0

    mutating func cut(off island: Set<NodeIndex>) {
        islands.append(island)
        epoch += 1
    }

    mutating func cut(_ pair: NodePair) {
        pairs.insert(pair)
        epoch += 1
    }

    mutating func heal() {
        islands = []
        pairs = []
        epoch += 1
        healedAt = epoch
    }

    func separates(_ pair: NodePair) -> Bool {
        pairs.contains(pair) || islands.contains { $0.contains(pair.lower) != $0.contains(pair.higher) }
    }
}
