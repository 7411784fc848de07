import NIOCore

/// Builds a message of big-endian values; the counterpart of ``Reader``.
public struct Writer: Sendable {
    /// What was written so far.
    public private(set) var bytes: Bytes

    /// Begins an empty message with room for `capacity` bytes.
    public init(reserving capacity: Int = 64) {
        bytes = ByteBuffer()
        bytes.reserveCapacity(capacity)
    }

    /// What was written so far, copied.
    public var array: [UInt8] { bytes.array }

    /// One byte.
    public mutating func uint8(_ value: UInt8) { bytes.writeInteger(value) }
    /// Two bytes, big-endian.
    public mutating func uint16(_ value: UInt16) { bytes.writeInteger(value) }
    /// Four bytes, big-endian.
    public mutating func uint32(_ value: UInt32) { bytes.writeInteger(value) }
    /// Eight bytes, big-endian.
    public mutating func uint64(_ value: UInt64) { bytes.writeInteger(value) }
    /// A varint in its shortest form; at most 2^63 - 1.
    public mutating func varint(_ value: UInt64) { bytes.writeVarint(value) }
    /// Bytes without a length.
    public mutating func raw(_ value: [UInt8]) { bytes.writeBytes(value) }
    /// Bytes without a length.
    public mutating func raw(_ value: Bytes) { bytes.append(value) }
    /// Thirty-two bytes.
    public mutating func bytes32(_ value: Bytes32) { value.withBytes { _ = bytes.writeBytes($0) } }

    /// Bytes with a varint length before them.
    public mutating func delimited(_ value: [UInt8]) {
        varint(UInt64(value.count))
        raw(value)
    }

    /// Bytes with a varint length before them.
    public mutating func delimited(_ value: Bytes) {
        varint(UInt64(value.readableBytes))
        raw(value)
    }

    /// UTF-8 text with a varint length before it.
    public mutating func text(_ value: String) {
        varint(UInt64(value.utf8.count))
        bytes.writeString(value)
    }
}
