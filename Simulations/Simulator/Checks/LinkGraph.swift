/// Who counts whom as linked at one moment, among honest live nodes.
public struct LinkGraph: Sendable {
    /// A link that only one end knows.
    public struct OneSided: Hashable, Sendable {
        public let node: NodeIndex
        public let neighbor: NodeIndex
    }

    /// Parts of the graph of links that both ends know, and how many nodes are in the largest.
    public let components: Int
    public let largest: Int
    /// Links that both ends know.
    public let links: Int
    public let oneSided: [OneSided]

    /// - Parameters:
    ///   - nodes: honest and live; what is linked to others does not count.
    ///   - neighbors: whom a node counts as linked.
    public init(_ nodes: [NodeIndex], neighbors: (NodeIndex) -> [NodeIndex]) {
        var ranks: [Int32] = Array(repeating: -1, count: (nodes.max()?.offset ?? -1) + 1)
        for (rank, node) in nodes.enumerated() { ranks[node.offset] = Int32(rank) }
        let lists = nodes.map { node in
            neighbors(node).compactMap { other -> UInt32? in
                guard other.offset < ranks.count, ranks[other.offset] >= 0 else { return nil }
                return UInt32(ranks[other.offset])
            }.sorted()
        }
        var components = Components(nodes: nodes.count)
        var oneSided: [OneSided] = []
        var ends = 0
        for (rank, list) in lists.enumerated() {
            for other in list where Int(other) != rank {
                if lists[Int(other)].hasSorted(UInt32(rank)) {
                    components.join(rank, Int(other))
                    ends += 1
                } else {
                    oneSided.append(OneSided(node: nodes[rank], neighbor: nodes[Int(other)]))
                }
            }
        }
        self.components = components.count
        largest = components.largest
        links = ends / 2
        self.oneSided = oneSided
    }
}

extension [UInt32] {
    fileprivate func hasSorted(_ element: UInt32) -> Bool {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == element
    }
}
