import Overlay

/// Where an entry belongs when catalogs are divided: the shards of its services, and in how small a sample of them it still is.
public struct EntryPlace: Hashable, Sendable {
    /// How long an entry's lot is the same. Higher: a host that is in few samples stays so for longer, and gets fewer requests.
    /// Lower: samples, which all have to be compared and fetched, change more often. Part of the protocol.
    private static let lotLife = TimeSpan.hours(24)
    private static let domain = Array("sam sample v1\0".utf8)

    /// Of what nothing is known but that it offers nothing.
    static let nowhere = EntryPlace(shards: .none, depth: 0)

    /// Of all its services.
    public let shards: ShardSet
    /// The entry is in samples of 1/2, 1/4, … 1/2^depth of a shard.
    public let depth: UInt8

    init(shards: ShardSet, depth: UInt8) {
        self.shards = shards
        self.depth = depth
    }

    /// Of a live entry. The depth is the number of leading zero bits of its lot: SHA-256 of `"sam sample v1"`, a zero byte, the
    /// binary form of the peer's id, and eight bytes with the number of the day, counted from an hour that is the peer's own. So
    /// all nodes agree on the sample, each host is in it on some days, and not all change at once.
    init(of peer: PeerID, offering services: [ServiceOffer], at issue: WallTime) {
        let phase = TimeSpan.milliseconds(Record.key(of: peer) % Self.lotLife.milliseconds)
        let day = (issue + phase).milliseconds / Self.lotLife.milliseconds
        let lot = SHA256.hash(Self.domain + peer.encoded + withUnsafeBytes(of: day.bigEndian) { Array($0) })
        let depth = UInt8(clamping: min(lot.leadingZeroBitCount, Int(ShardSelection.deepest)))
        let shards = services.reduce(ShardSet.none) { $0.union(ShardSet(ServiceShard(of: $1.name))) }
        self.init(shards: shards, depth: depth)
    }
}
