import Overlay

/// Cuts the control stream into messages: an unsigned varint length (at most three bytes), then that many bytes.
package struct LinkFrames {
    /// Longest message: a catalog batch is at most 64 KiB, with room for its kind and framing.
    static let longest = 80 * 1024

    private var buffer = Bytes()

    package init() {}

    package static func frame(_ message: Bytes) -> Bytes {
        var framed = Bytes()
        var length = message.readableBytes
        while length >= 0x80 {
            framed.writeInteger(UInt8(length & 0x7f) | 0x80)
            length >>= 7
        }
        framed.writeInteger(UInt8(length))
        framed.writeImmutableBuffer(message)
        return framed
    }

    package mutating func append(_ bytes: Bytes) {
        buffer.discardReadBytes()
        buffer.writeImmutableBuffer(bytes)
    }

    /// The next whole message, or nil until more bytes came.
    package mutating func next() throws(LinkMessageError) -> Bytes? {
        guard let (length, prefix) = try Self.prefix(of: buffer) else { return nil }
        guard length <= Self.longest else { throw .tooLong }
        guard buffer.readableBytes >= prefix + length else { return nil }
        buffer.moveReaderIndex(forwardBy: prefix)
        return buffer.readSlice(length: length)
    }

    /// The length that a message begins with, and the bytes that it takes; nil until all of them came.
    private static func prefix(of buffer: Bytes) throws(LinkMessageError) -> (length: Int, prefix: Int)? {
        var length = 0
        for prefix in 0..<3 {
            guard let byte = buffer.getInteger(at: buffer.readerIndex + prefix, as: UInt8.self) else { return nil }
            length |= Int(byte & 0x7f) << (7 * prefix)
            if byte & 0x80 == 0 { return (length, prefix + 1) }
        }
        throw .tooLong
    }
}
