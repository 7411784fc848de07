import Overlay

/// The shards whose services this node's agents asked for lately, by number of the shard.
struct ShardUses: Sendable {
    private var uses: [(shard: ServiceShard, at: Instant)] = []

    /// Notes a use. When there are more than `capacity`, the one that is longest ago is forgotten.
    mutating func note(_ shard: ServiceShard, capacity: Int, at now: Instant) {
        uses.removeAll { $0.shard == shard }
        uses.append((shard, now))
        uses.removeFirst(max(0, uses.count - capacity))
    }

    /// Those whose last use is not longer ago than `life`.
    func current(life: TimeSpan, at now: Instant) -> ShardSet {
        uses.reduce(ShardSet.none) { now.since($1.at) <= life ? $0.union(ShardSet($1.shard)) : $0 }
    }
}
