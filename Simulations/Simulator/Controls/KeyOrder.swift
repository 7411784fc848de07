/// All keys of a world in ascending order, to find the nearest of any key without looking at all.
struct KeyOrder: Sendable {
    private let keys: [UInt64]
    private let nodes: [UInt32]

    init(_ keys: [UInt64]) {
        let order = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
        self.keys = order.map { keys[$0] }
        nodes = order.map { UInt32($0) }
    }

    /// The nearest nodes of a key by the XOR metric among those that count, nearest first.
    func nearest(_ count: Int, to key: UInt64, where counts: (Int) -> Bool) -> [UInt32] {
        var range = keys.startIndex..<keys.endIndex
        // Whoever shares a longer prefix is nearer than all others: as long a prefix as leaves enough nodes.
        for length in 1...64 {
            let narrowed = narrow(range, to: key, length: length)
            guard hasAtLeast(count, in: narrowed, where: counts) else { break }
            range = narrowed
        }
        let fit = range.filter { counts(Int(nodes[$0])) }
        return fit.sorted { keys[$0] ^ key < keys[$1] ^ key }.prefix(count).map { nodes[$0] }
    }

    private func hasAtLeast(_ count: Int, in range: Range<Int>, where counts: (Int) -> Bool) -> Bool {
        guard range.count >= count else { return false }
        var found = 0
        for index in range where counts(Int(nodes[index])) {
            found += 1
            if found >= count { return true }
        }
        return found >= count
    }

    /// The part of a range whose keys share so many leading bits with a key.
    private func narrow(_ range: Range<Int>, to key: UInt64, length: Int) -> Range<Int> {
        let free = UInt64(64 - length)
        let mask: UInt64 = (1 << free) &- 1
        let low = key & ~mask
        let high = key | mask
        let start = firstIndex(notBelow: low, in: range)
        let end = high == .max ? range.upperBound : firstIndex(notBelow: high + 1, in: start..<range.upperBound)
        return start..<end
    }

    private func firstIndex(notBelow bound: UInt64, in range: Range<Int>) -> Int {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = low + (high - low) / 2
            if keys[middle] < bound { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
