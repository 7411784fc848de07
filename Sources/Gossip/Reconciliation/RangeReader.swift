import Overlay

/// Reads a message part by part, so that nobody pays for what stands behind the part at which he stops.
struct RangeReader {
    private let bytes: [UInt8]
    private var position = 0
    private var lastTimestamp: UInt64 = 0
    private var lowerBound = RangeBound.start

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var remaining: Int { bytes.count - position }

    /// The version, which is the first byte; the parts of another one are not to be read.
    mutating func version() throws(MalformedRanges) -> UInt8 {
        let version = try byte()
        guard (0x60...0x6F).contains(version) else { throw .version(version) }
        return version
    }

    /// The next part; nil at the end of the message.
    mutating func next() throws(MalformedRanges) -> ReconciledRange? {
        guard remaining > 0 else { return nil }
        let upper = try bound()
        guard upper.point >= lowerBound.point else { throw .descending }
        lowerBound = upper
        let number = try varint()
        switch ReconciledRange.Mode(rawValue: number) {
        case .skip: return ReconciledRange(upper: upper, content: .skip)
        case .fingerprint: return ReconciledRange(upper: upper, content: .fingerprint(try fingerprint()))
        case .idList: return ReconciledRange(upper: upper, content: .idList(try ids()))
        case nil: throw .mode(number)
        }
    }

    private mutating func bound() throws(MalformedRanges) -> RangeBound {
        let distance = try varint()
        let (timestamp, overflow) = lastTimestamp.addingReportingOverflow(distance &- 1)
        lastTimestamp = distance == 0 || overflow ? .max : timestamp
        let length = try varint()
        guard length <= UInt64(Bytes32.count) else { throw .prefixLength(length) }
        guard let bound = RangeBound(timestamp: lastTimestamp, prefix: try take(Int(length))) else {
            throw .prefixLength(length)
        }
        return bound
    }

    private mutating func fingerprint() throws(MalformedRanges) -> RangeFingerprint {
        let bytes = try take(RangeFingerprint.length)
        func word(_ part: ArraySlice<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
        return RangeFingerprint(high: word(bytes.prefix(8)), low: word(bytes.dropFirst(8)))
    }

    private mutating func ids() throws(MalformedRanges) -> [Bytes32] {
        let count = try varint()
        guard count <= UInt64(remaining / Bytes32.count) else { throw .truncated }
        var ids: [Bytes32] = []
        ids.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let id = Bytes32(try take(Bytes32.count)) else { throw .truncated }
            ids.append(id)
        }
        return ids
    }

    private mutating func varint() throws(MalformedRanges) -> UInt64 {
        var value: UInt64 = 0
        var isFirst = true
        while true {
            let group = try byte()
            guard value >> 57 == 0, !(isFirst && group == 0x80) else { throw .number }
            value = value << 7 | UInt64(group & 0x7F)
            guard group >= 0x80 else { return value }
            isFirst = false
        }
    }

    private mutating func byte() throws(MalformedRanges) -> UInt8 {
        guard position < bytes.count else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func take(_ count: Int) throws(MalformedRanges) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw .truncated }
        defer { position += count }
        return bytes[position..<position + count]
    }
}

/// Why bytes are no message about ranges.
public enum MalformedRanges: Error, Hashable, Sendable {
    /// The first byte names no version of the protocol, or none that an answer may have.
    case version(UInt8)
    /// It ends inside a part.
    case truncated
    /// A number that is longer than it has to be, or above 64 bits.
    case number
    /// More than the 32 bytes of an id.
    case prefixLength(UInt64)
    /// Neither skip, fingerprint nor id list.
    case mode(UInt64)
    /// A range that ends before it begins.
    case descending
}
