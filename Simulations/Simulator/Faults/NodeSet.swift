/// Nodes of one world, a bit for each.
public struct NodeSet: Hashable, Sendable {
    private var words: [UInt64]
    /// How many there are.
    public private(set) var count = 0

    /// - Parameter capacity: the number of nodes in the world; greater numbers are in no set.
    public init(capacity: Int) {
        words = Array(repeating: 0, count: ((capacity < 0 ? 0 : capacity) + 63) / 64)
    }

    public var isEmpty: Bool { count == 0 }

    /// Whether the node is one of them; false for numbers beyond the capacity.
    public func contains(_ node: NodeIndex) -> Bool {
        let place = node.offset >> 6
        return place < words.count && words[place] >> UInt64(node.offset & 63) & 1 != 0
    }

    /// Takes a node in; those beyond the capacity are left out.
    public mutating func insert(_ node: NodeIndex) {
        guard node.offset >> 6 < words.count, !contains(node) else { return }
        words[node.offset >> 6] |= 1 << UInt64(node.offset & 63)
        count += 1
    }

    /// Takes a node out, if it was in.
    public mutating func remove(_ node: NodeIndex) {
        guard contains(node) else { return }
        words[node.offset >> 6] &= ~(1 << UInt64(node.offset & 63))
        count -= 1
    }
}

extension NodeSet: Sequence {
    /// Goes through the nodes in ascending order.
    public struct Iterator: IteratorProtocol {
        private let words: [UInt64]
        private var place = 0
        private var rest: UInt64

        fileprivate init(_ words: [UInt64]) {
            self.words = words
            rest = words.first ?? 0
        }

        /// The next greater node.
        public mutating func next() -> NodeIndex? {
            while rest == 0 {
                place += 1
                guard place < words.count else { return nil }
                rest = words[place]
            }
            let bit = rest.trailingZeroBitCount
            rest &= rest - 1
            return NodeIndex(place << 6 + bit)
        }
    }

    public func makeIterator() -> Iterator { Iterator(words) }
    public var underestimatedCount: Int { count }
}
