import Overlay

/// Writes the parts of a message. Timestamps are written as distances from the one before, plus one; zero is infinity.
/// Numbers are in groups of seven bits, the most significant first.
struct RangeWriter {
    private(set) var bytes: [UInt8] = []
    private var lastTimestamp: UInt64 = 0

    var count: Int { bytes.count }

    mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    mutating func id(_ id: Bytes32) { id.withBytes { bytes.append(contentsOf: $0) } }

    mutating func varint(_ value: UInt64) {
        var shift = 7 * (max(1, UInt64.bitWidth - value.leadingZeroBitCount + 6) / 7)
        while shift > 7 {
            shift -= 7
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)) | 0x80)
        }
        bytes.append(UInt8(truncatingIfNeeded: value) & 0x7F)
    }

    mutating func skip(below upper: RangeBound) { begin(.skip, below: upper) }

    mutating func fingerprint(_ fingerprint: RangeFingerprint, below upper: RangeBound) {
        begin(.fingerprint, below: upper)
        for word in [fingerprint.high, fingerprint.low] {
            withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
        }
    }

    mutating func idList(_ items: ArraySlice<ReconciliationItem>, below upper: RangeBound) {
        begin(.idList, below: upper)
        varint(UInt64(items.count))
        for item in items { id(item.id) }
    }

    /// Takes back everything behind the first `count` bytes. Only the end of a message may follow, because the last
    /// timestamp is not taken back.
    mutating func truncate(to count: Int) { bytes.removeLast(bytes.count - count) }

    private mutating func begin(_ mode: ReconciledRange.Mode, below upper: RangeBound) {
        bound(upper)
        varint(mode.rawValue)
    }

    private mutating func bound(_ bound: RangeBound) {
        let timestamp = bound.point.timestamp
        varint(timestamp == .max ? 0 : timestamp &- lastTimestamp &+ 1)
        lastTimestamp = timestamp
        varint(UInt64(bound.prefixLength))
        bytes.append(contentsOf: bound.prefix)
    }
}
