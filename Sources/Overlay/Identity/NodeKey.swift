/// A point in the 256-bit key space of the Kademlia overlay: where a peer, a service or a record belongs.
public struct NodeKey: Hashable, Sendable {
    /// Bits of a key.
    public static let bitCount = 256
    /// The key as a big-endian number.
    public let bytes: Bytes32

    /// From a number.
    public init(bytes: Bytes32) {
        self.bytes = bytes
    }

    /// SHA-256 of the peer id's binary form (libp2p kad-dht).
    public init(_ peer: PeerID) {
        bytes = SHA256.hash(peer.encoded)
    }

    /// SHA-256 of any name.
    public init(hashing name: some ByteStorage) {
        bytes = SHA256.hash(name)
    }

    /// The XOR metric: compare distances to find who is closer.
    public func distance(to other: NodeKey) -> Distance {
        Distance(bytes: bytes ^ other.bytes)
    }

    /// Leading bits that two keys share: 0 to 256.
    public func commonPrefixLength(with other: NodeKey) -> Int {
        (bytes ^ other.bytes).leadingZeroBitCount
    }

    /// How far two keys are apart, as a 256-bit number.
    public struct Distance: Hashable, Comparable, Sendable {
        /// From a key to itself.
        public static let zero = Distance(bytes: .zero)
        /// The distance as a big-endian number.
        public let bytes: Bytes32

        /// From a number.
        public init(bytes: Bytes32) {
            self.bytes = bytes
        }

        /// Zero bits before the first one bit, which names the bucket; 256 for the same key.
        public var leadingZeroBitCount: Int { bytes.leadingZeroBitCount }

        public static func < (left: Distance, right: Distance) -> Bool { left.bytes < right.bytes }
    }
}

extension NodeKey: Comparable {
    public static func < (left: NodeKey, right: NodeKey) -> Bool { left.bytes < right.bytes }
}

extension NodeKey: CustomStringConvertible {
    public var description: String { bytes.description }
}
