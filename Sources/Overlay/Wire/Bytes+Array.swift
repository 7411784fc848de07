import NIOCore

extension ByteBuffer {
    /// The readable bytes as an array; copies.
    public var array: [UInt8] { Array(readableBytesView) }

    /// Appends an unsigned varint.
    public mutating func writeVarint(_ value: UInt64) {
        writeBytes(Varint.encode(value))
    }

    /// Appends the readable bytes of `other` without consuming them.
    public mutating func append(_ other: ByteBuffer) {
        writeImmutableBuffer(other)
    }

    /// Takes a varint off the front.
    /// - Returns: nil, with nothing consumed, while the varint is incomplete.
    public mutating func takeVarint() throws(WireError) -> UInt64? {
        guard let (value, length) = try Varint.decode(readableBytesView) else { return nil }
        moveReaderIndex(forwardBy: length)
        return value
    }

    /// Takes a varint-length-prefixed message off the front; the message shares this buffer's storage.
    /// - Returns: nil, with nothing consumed, while the message is incomplete.
    public mutating func takeDelimited(limit: Int) throws(WireError) -> ByteBuffer? {
        guard let (value, length) = try Varint.decode(readableBytesView) else { return nil }
        guard value <= UInt64(limit) else { throw .tooLong(limit: limit) }
        guard readableBytes - length >= Int(value) else { return nil }
        moveReaderIndex(forwardBy: length)
        return readSlice(length: Int(value))
    }
}
