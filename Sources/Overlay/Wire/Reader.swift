import NIOCore

/// Reads big-endian values off the front of a message; every read is bounds-checked and slices share the message's
/// storage.
public struct Reader: Sendable {
    private var rest: ByteBuffer

    /// Reads `bytes`, whose storage the slices share.
    public init(_ bytes: Bytes) {
        rest = bytes
    }

    /// Reads a copy of `bytes`.
    public init(_ bytes: [UInt8]) {
        rest = ByteBuffer(bytes: bytes)
    }

    /// Bytes not read yet.
    public var remaining: Int { rest.readableBytes }

    /// One byte.
    public mutating func uint8() throws(WireError) -> UInt8 { try integer() }
    /// Two bytes, big-endian.
    public mutating func uint16() throws(WireError) -> UInt16 { try integer() }
    /// Four bytes, big-endian.
    public mutating func uint32() throws(WireError) -> UInt32 { try integer() }
    /// Eight bytes, big-endian.
    public mutating func uint64() throws(WireError) -> UInt64 { try integer() }

    private mutating func integer<Value: FixedWidthInteger>() throws(WireError) -> Value {
        guard let value = rest.readInteger(as: Value.self) else { throw .truncated }
        return value
    }

    /// A varint in its shortest form.
    public mutating func varint() throws(WireError) -> UInt64 {
        guard let value = try rest.takeVarint() else { throw .truncated }
        return value
    }

    /// The next `count` bytes, sharing storage.
    public mutating func bytes(_ count: Int) throws(WireError) -> Bytes {
        guard count >= 0, let slice = rest.readSlice(length: count) else { throw .truncated }
        return slice
    }

    /// The next `count` bytes, copied.
    public mutating func array(_ count: Int) throws(WireError) -> [UInt8] {
        guard count >= 0, let bytes = rest.readBytes(length: count) else { throw .truncated }
        return bytes
    }

    /// The next 32 bytes.
    public mutating func bytes32() throws(WireError) -> Bytes32 {
        guard let value = Bytes32(try array(Bytes32.count)) else { throw .truncated }
        return value
    }

    /// Bytes with a varint length before them.
    /// - Parameter limit: the longest length accepted.
    public mutating func delimited(limit: Int) throws(WireError) -> Bytes {
        guard let slice = try rest.takeDelimited(limit: limit) else { throw .truncated }
        return slice
    }

    /// UTF-8 text with a varint length before it.
    public mutating func text(limit: Int) throws(WireError) -> String {
        guard let text = String(validating: try delimited(limit: limit).readableBytesView, as: UTF8.self) else {
            throw .badText
        }
        return text
    }

    /// Everything that is left.
    public mutating func takeRest() -> Bytes {
        let all = rest
        rest.moveReaderIndex(to: rest.writerIndex)
        return all
    }

    /// Refuses input behind the last value.
    public func end() throws(WireError) {
        guard rest.readableBytes == 0 else { throw .trailingBytes }
    }
}
