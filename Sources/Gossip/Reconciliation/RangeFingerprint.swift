import Overlay

/// Stands for the items of a range: the first 16 bytes of SHA-256 over the sum of their ids and their number.
struct RangeFingerprint: Hashable, Sendable {
    /// Bytes on the wire.
    static let length = 16

    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init(of sum: ItemSum, count: Int) {
        var writer = RangeWriter()
        writer.id(sum.bytes)
        writer.varint(UInt64(count))
        (high, low, _, _) = SHA256.hash(writer.bytes).bigEndianWords
    }
}
