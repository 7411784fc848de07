import Overlay

/// One of the parts into which the services of a mesh fall, for nodes whose catalog does not hold the entries of all.
public struct ServiceShard: Hashable, Comparable, Sendable {
    /// How many there are. Higher: a node drops less at a time. Lower: fewer services share one, and a set of shards is no longer
    /// one word. Part of the protocol.
    public static let count: UInt8 = 64
    private static let domain = Array("sam shard v1\0".utf8)

    /// Below ``count``.
    public let number: UInt8

    /// The first six bits of SHA-256 over `"sam shard v1"`, a zero byte, and the service as `type:name`.
    public init(of service: ServiceName) {
        self.init(NodeKey(hashing: Self.domain + Array(service.description.utf8)))
    }

    /// The first six bits of the node's key: the shard that a node keeps when it keeps no other.
    public init(of node: PeerID) {
        self.init(NodeKey(node))
    }

    /// Nil when there is no such shard.
    init?(number: UInt8) {
        guard number < Self.count else { return nil }
        self.number = number
    }

    private init(_ key: NodeKey) {
        number = UInt8(key.bytes.bigEndianWords.0 >> 58)
    }

    /// The XOR metric of the overlay: nodes whose keys are alike drop the same shards last.
    func distance(to other: ServiceShard) -> UInt8 { number ^ other.number }

    public static func < (left: ServiceShard, right: ServiceShard) -> Bool { left.number < right.number }
}
