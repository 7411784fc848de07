/// Some of the shards.
public struct ShardSet: Hashable, Sendable {
    /// No shard.
    public static let none = ShardSet(bits: 0)
    /// Every shard.
    public static let all = ShardSet(bits: .max)

    /// The bit with the value 2^n stands for shard n.
    let bits: UInt64

    init(bits: UInt64) {
        self.bits = bits
    }

    init(_ shard: ServiceShard) {
        self.init(bits: 1 << UInt64(shard.number))
    }

    /// Whether no shard is in it.
    public var isEmpty: Bool { bits == 0 }
    /// How many are in it, 0 to 64.
    public var count: Int { bits.nonzeroBitCount }

    /// In ascending order.
    public var shards: [ServiceShard] {
        var shards: [ServiceShard] = []
        var rest = bits
        while rest != 0 {
            ServiceShard(number: UInt8(rest.trailingZeroBitCount)).map { shards.append($0) }
            rest &= rest - 1
        }
        return shards
    }

    /// Whether a shard is in it.
    public func contains(_ shard: ServiceShard) -> Bool { bits & ShardSet(shard).bits != 0 }

    func union(_ other: ShardSet) -> ShardSet { ShardSet(bits: bits | other.bits) }
    func intersection(_ other: ShardSet) -> ShardSet { ShardSet(bits: bits & other.bits) }
    func subtracting(_ other: ShardSet) -> ShardSet { ShardSet(bits: bits & ~other.bits) }
    func isSubset(of other: ShardSet) -> Bool { bits & ~other.bits == 0 }
}
