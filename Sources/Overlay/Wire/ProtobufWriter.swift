import NIOCore

/// Builds a protobuf message field by field, in the order of the calls.
public struct ProtobufWriter: Sendable {
    /// What was written so far.
    public private(set) var message = ByteBuffer()

    /// Begins an empty message.
    public init() {}

    /// What was written so far, copied.
    public var array: [UInt8] { message.array }

    /// A number: uint64, enum, bool.
    public mutating func varint(_ value: UInt64, field: Int) {
        tag(field, type: 0)
        message.writeVarint(value)
    }

    /// Bytes with their length.
    public mutating func bytes(_ value: [UInt8], field: Int) {
        tag(field, type: 2)
        message.writeVarint(UInt64(value.count))
        message.writeBytes(value)
    }

    /// Bytes with their length.
    public mutating func bytes(_ value: Bytes, field: Int) {
        tag(field, type: 2)
        message.writeVarint(UInt64(value.readableBytes))
        message.append(value)
    }

    /// UTF-8 text with its length.
    public mutating func text(_ value: String, field: Int) {
        tag(field, type: 2)
        message.writeVarint(UInt64(value.utf8.count))
        message.writeString(value)
    }

    /// A message inside this one.
    public mutating func nested(_ value: ProtobufWriter, field: Int) {
        bytes(value.message, field: field)
    }

    private mutating func tag(_ field: Int, type: UInt64) {
        message.writeVarint(UInt64(field) << 3 | type)
    }
}
