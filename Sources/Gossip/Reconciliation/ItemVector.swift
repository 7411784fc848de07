import Overlay

/// Items in their order, with the sums that make the fingerprint of any range cost a few dozen additions. Does not change:
/// a conversation is about the set as it was when the conversation began.
public struct ItemVector: Sendable {
    /// One sum is kept for so many items. Higher: more additions for a fingerprint. Lower: more memory, 32 bytes a sum.
    private static let stride = 32

    let items: [ReconciliationItem]
    /// At each place the sum of all items before `stride` times the place.
    private let sums: [ItemSum]

    /// Sorts the items; of equal ones one is kept, and those with the timestamp of infinity are left out.
    public init(_ items: [ReconciliationItem]) {
        var ascending: [ReconciliationItem] = []
        ascending.reserveCapacity(items.count)
        for item in items.sorted() where item.timestamp != .max && item != ascending.last { ascending.append(item) }
        self.init(ascending: ascending)
    }

    /// - Precondition: each item is above the one before, and none has the timestamp of infinity.
    init(ascending items: [ReconciliationItem]) {
        self.items = items
        var sums: [ItemSum] = []
        sums.reserveCapacity(items.count / Self.stride + 1)
        var sum = ItemSum.zero
        for (index, item) in items.enumerated() {
            if index % Self.stride == 0 { sums.append(sum) }
            sum = sum + ItemSum(item.id)
        }
        if items.count % Self.stride == 0 { sums.append(sum) }
        self.sums = sums
    }

    /// How many items there are.
    public var count: Int { items.count }

    /// The first place, from `start` on, of an item that is not below `bound`.
    func position(of bound: RangeBound, from start: Int) -> Int {
        max(start, items.partitionPoint { $0 >= bound.point })
    }

    func fingerprint(of range: Range<Int>) -> RangeFingerprint {
        RangeFingerprint(of: sum(of: range), count: range.count)
    }

    private func sum(of range: Range<Int>) -> ItemSum {
        range.count <= Self.stride ? plainSum(of: range) : sum(before: range.upperBound) - sum(before: range.lowerBound)
    }

    private func sum(before end: Int) -> ItemSum {
        let place = end / Self.stride
        return sums[place] + plainSum(of: place * Self.stride..<end)
    }

    private func plainSum(of range: Range<Int>) -> ItemSum {
        items[range].reduce(ItemSum.zero) { $0 + ItemSum($1.id) }
    }
}
