import NIOCore

/// Reads the fields of a protobuf message one after the other. Callers skip numbers that they do not know; whatever
/// is not a well-formed field is an error.
public struct ProtobufReader: Sendable {
    /// Bytes of the longest varint that protobuf allows.
    private static let varintLength = 10

    /// One field as it stands on the wire.
    public struct Field: Sendable {
        /// The four kinds of value on the wire.
        public enum Value: Sendable {
            case varint(UInt64)
            case fixed64(UInt64)
            case bytes(Bytes)
            case fixed32(UInt32)
        }

        /// The field number of the schema, above 0.
        public let number: Int
        /// What the field holds.
        public let value: Value

        /// The value as a number.
        public func varint() throws(WireError) -> UInt64 {
            guard case .varint(let number) = value else { throw .wrongType(field: self.number) }
            return number
        }

        /// The value as bytes that share the message's storage.
        public func bytes(limit: Int = .max) throws(WireError) -> Bytes {
            guard case .bytes(let bytes) = value else { throw .wrongType(field: number) }
            guard bytes.readableBytes <= limit else { throw .tooLong(limit: limit) }
            return bytes
        }

        /// The value as UTF-8 text.
        public func text(limit: Int = .max) throws(WireError) -> String {
            guard let text = String(validating: try bytes(limit: limit).readableBytesView, as: UTF8.self) else {
                throw .badText
            }
            return text
        }
    }

    private var rest: ByteBuffer

    /// Reads `bytes`, whose storage the fields share.
    public init(_ bytes: Bytes) {
        rest = bytes
    }

    /// Reads a copy of `bytes`.
    public init(_ bytes: [UInt8]) {
        rest = ByteBuffer(bytes: bytes)
    }

    /// The next field; nil at the end of the message.
    public mutating func next() throws(WireError) -> Field? {
        guard rest.readableBytes > 0 else { return nil }
        let tag = try varint()
        let number = tag >> 3
        guard number > 0, number < 1 << 29 else { throw .badTag }
        let value: Field.Value
        switch tag & 7 {
        case 0:
            value = .varint(try varint())
        case 1:
            guard let bits = rest.readInteger(endianness: .little, as: UInt64.self) else { throw .truncated }
            value = .fixed64(bits)
        case 2:
            let length = try varint()
            guard length <= UInt64(rest.readableBytes), let slice = rest.readSlice(length: Int(length)) else {
                throw .truncated
            }
            value = .bytes(slice)
        case 5:
            guard let bits = rest.readInteger(endianness: .little, as: UInt32.self) else { throw .truncated }
            value = .fixed32(bits)
        default:
            throw .badTag
        }
        return Field(number: Int(number), value: value)
    }

    private mutating func varint() throws(WireError) -> UInt64 {
        let decoded = try Varint.decode(
            rest.readableBytesView, maximumLength: Self.varintLength, minimal: false)
        guard let (value, length) = decoded else { throw .truncated }
        rest.moveReaderIndex(forwardBy: length)
        return value
    }
}
