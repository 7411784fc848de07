import Overlay

/// Who is really closest to a key, among the live nodes of a moment.
///
/// Keys are sorted; the nodes that share the longest prefix with a key that at least k of them share are closer to it than
/// all others, so only these few are compared.
public struct Closeness: Sendable {
    /// Kademlia's k: of how many closest nodes a table ought to know.
    public static let asked = 20

    private let sorted: [(key: NodeKey, node: NodeIndex)]

    public init(_ nodes: [(key: NodeKey, node: NodeIndex)]) {
        sorted = nodes.sorted { $0.key < $1.key }
    }

    /// The closest nodes, the closest first; fewer when there are not as many.
    /// - Parameter excluded: left out; the node itself when the question is what its table should hold.
    public func closest(_ count: Int = asked, to key: NodeKey, except excluded: NodeIndex? = nil) -> [NodeIndex] {
        let range = stretch(of: key, atLeast: count + (excluded == nil ? 0 : 1))
        let near = sorted[range].filter { $0.node != excluded }
        return near.sorted { $0.key.distance(to: key) < $1.key.distance(to: key) }.prefix(max(0, count)).map(\.node)
    }

    /// The stretch of nodes that share the longest prefix with a key which at least so many share.
    private func stretch(of key: NodeKey, atLeast least: Int) -> Range<Int> {
        var range = 0..<sorted.count
        for bit in 0..<NodeKey.bitCount where range.count > least {
            // Within the range all keys agree with the key on the bits before this one.
            let split = firstWithOne(atBit: bit, in: range)
            let half = key.hasOne(atBit: bit) ? split..<range.upperBound : range.lowerBound..<split
            guard half.count >= least else { break }
            range = half
        }
        return range
    }

    private func firstWithOne(atBit bit: Int, in range: Range<Int>) -> Int {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].key.hasOne(atBit: bit) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension NodeKey {
    fileprivate func hasOne(atBit bit: Int) -> Bool {
        let words = bytes.bigEndianWords
        let word =
            switch bit >> 6 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            default: words.3
            }
        return word >> UInt64(63 - bit & 63) & 1 != 0
    }
}
