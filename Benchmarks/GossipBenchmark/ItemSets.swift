import Gossip
import Overlay

/// Two sets that have something apart, or nothing.
enum ItemSets: CaseIterable {
    case equal
    /// The side that answers lacks the newest items.
    case newestLacking
    /// The side that begins lacks the newest items.
    case newestNeeded
    /// Of the newest items each side lacks every other one.
    case newestHalves
    /// The side that answers lacks items of any age.
    case scattered
    /// The side that begins has nothing.
    case empty

    static var all: [ItemSets] { allCases }

    var title: String {
        switch self {
        case .equal: "equal"
        case .newestLacking: "the answerer lacks the newest"
        case .newestNeeded: "the beginner lacks the newest"
        case .newestHalves: "each lacks half of the newest"
        case .scattered: "the answerer lacks some of any age"
        case .empty: "the beginner has none"
        }
    }

    /// Half an hour in milliseconds, in which every node says its entry anew.
    private static let span = 1_800_000

    /// The same sets for the same numbers.
    func make(items count: Int, differences: Int) -> (ItemVector, ItemVector) {
        var random = RandomSource(seed: 1)
        let items = (0..<count).map { number in
            ReconciliationItem(
                timestamp: UInt64(1_800_000_000_000 + number * Self.span / count),
                id: SHA256.hash(random.bytes(16)))
        }
        let newest = count - differences
        switch self {
        case .equal: return (ItemVector(items), ItemVector(items))
        case .newestLacking: return (ItemVector(items), ItemVector(Array(items[..<newest])))
        case .newestNeeded: return (ItemVector(Array(items[..<newest])), ItemVector(items))
        case .newestHalves:
            let sides = (0...1).map { side in
                items.indices.filter { $0 < newest || $0 % 2 == side }.map { items[$0] }
            }
            return (ItemVector(sides[0]), ItemVector(sides[1]))
        case .scattered:
            var lacking: Set<Int> = []
            while lacking.count < differences { lacking.insert(random.below(count)) }
            return (ItemVector(items), ItemVector(items.indices.filter { !lacking.contains($0) }.map { items[$0] }))
        case .empty: return (ItemVector([]), ItemVector(items))
        }
    }
}
