/// Thirty-two bytes held inline: keys, digests, identifiers. No heap allocation, and no second copy in tables with a
/// million rows.
public struct Bytes32: Hashable, Sendable {
    /// How many bytes there are.
    public static let count = 32
    /// All bytes zero.
    public static let zero = Bytes32(0, 0, 0, 0)

    // The words hold the bytes in memory order, so that a pointer to the value is a pointer to the bytes.
    private var first: UInt64
    private var second: UInt64
    private var third: UInt64
    private var fourth: UInt64

    private init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
        self.first = first
        self.second = second
        self.third = third
        self.fourth = fourth
    }

    /// - Returns: nil unless there are exactly 32 bytes.
    public init?(_ bytes: some ByteStorage) {
        let words: Bytes32? = bytes.withBytes { source in
            guard source.count == Self.count else { return nil }
            return Bytes32(copying: source)
        }
        guard let words else { return nil }
        self = words
    }

    /// - Precondition: `source` has 32 bytes.
    init(copying source: UnsafeRawBufferPointer) {
        self.init(
            source.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            source.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            source.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            source.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    /// Four big-endian words, most significant first.
    public init(bigEndian words: (UInt64, UInt64, UInt64, UInt64)) {
        self.init(words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    }

    /// The bytes as four big-endian words, most significant first.
    public var bigEndianWords: (UInt64, UInt64, UInt64, UInt64) {
        (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian)
    }

    /// The bytes as an array; allocates.
    public var array: [UInt8] { withBytes { Array($0) } }

    /// Bit by bit exclusive or.
    public static func ^ (left: Bytes32, right: Bytes32) -> Bytes32 {
        Bytes32(
            left.first ^ right.first, left.second ^ right.second,
            left.third ^ right.third, left.fourth ^ right.fourth)
    }

    /// Zero bits before the first one bit; 256 when all are zero.
    public var leadingZeroBitCount: Int {
        let words = bigEndianWords
        if words.0 != 0 { return words.0.leadingZeroBitCount }
        if words.1 != 0 { return 64 + words.1.leadingZeroBitCount }
        if words.2 != 0 { return 128 + words.2.leadingZeroBitCount }
        return 192 + words.3.leadingZeroBitCount
    }
}

extension Bytes32 {
    /// Feeds eight of the bytes: they are keys and digests, of which nobody makes many that agree in 64 bits.
    public func hash(into hasher: inout Hasher) { hasher.combine(first) }
}

extension Bytes32: Comparable {
    /// Byte by byte from the front, which is the order of the bytes read as one big-endian number.
    public static func < (left: Bytes32, right: Bytes32) -> Bool {
        left.bigEndianWords < right.bigEndianWords
    }
}

extension Bytes32: ByteStorage {
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: self, body)
    }
}

extension Bytes32: CustomStringConvertible {
    /// Lower-case hexadecimal.
    public var description: String { Hexadecimal.encode(array) }
}
