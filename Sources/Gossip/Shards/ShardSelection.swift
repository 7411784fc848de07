/// What a node keeps of a catalog that is too large for it: some shards, and of some of these a sample.
///
/// Samples are nested: the entries of depth d and more are 1/2^d of a shard, the same on all nodes. So what two nodes have in
/// common is a selection, too, and their catalogs can be compared over it.
public struct ShardSelection: Hashable, Sendable {
    /// The smallest sample, 1/2^32: no mesh needs a smaller one.
    static let deepest: UInt8 = 32
    /// The whole catalog.
    public static let everything = ShardSelection(shards: .all)
    /// Nothing at all.
    static let nothing = ShardSelection(shards: .none)

    /// Those of which something is kept.
    public private(set) var shards: ShardSet
    /// Of each shard, by number; empty as long as no shard is sampled.
    private var depths: [UInt8] = []

    private init(shards: ShardSet) {
        self.shards = shards
    }

    /// Shards of which only a sample is kept.
    public var sampled: ShardSet {
        shards.shards.reduce(ShardSet.none) { depth(of: $1) > 0 ? $0.union(ShardSet($1)) : $0 }
    }

    /// Zero for a shard that is kept whole, or not at all.
    func depth(of shard: ServiceShard) -> UInt8 {
        depths.indices.contains(Int(shard.number)) ? depths[Int(shard.number)] : 0
    }

    func contains(_ place: EntryPlace) -> Bool {
        if self == .everything { return true }
        let common = place.shards.intersection(shards)
        if depths.isEmpty { return !common.isEmpty }
        return common.shards.contains { depth(of: $0) <= place.depth }
    }

    /// What both keep.
    func meet(_ other: ShardSelection) -> ShardSelection {
        var meet = ShardSelection(shards: shards.intersection(other.shards))
        for shard in meet.shards.shards { meet.keep(shard, depth: max(depth(of: shard), other.depth(of: shard))) }
        return meet
    }

    /// Keeps 1/2^`depth` of a shard.
    public mutating func keep(_ shard: ServiceShard, depth: UInt8 = 0) {
        shards = shards.union(ShardSet(shard))
        setDepth(min(depth, Self.deepest), of: shard)
    }

    /// Keeps nothing of a shard.
    public mutating func drop(_ shard: ServiceShard) {
        shards = shards.subtracting(ShardSet(shard))
        setDepth(0, of: shard)
    }

    private mutating func setDepth(_ depth: UInt8, of shard: ServiceShard) {
        guard depth != self.depth(of: shard) else { return }
        if depths.isEmpty { depths = Array(repeating: 0, count: Int(ServiceShard.count)) }
        depths[Int(shard.number)] = depth
        if depths.allSatisfy({ $0 == 0 }) { depths = [] }
    }
}
