/// A cursor over protobuf bytes (proto2 rules): fields in any order, unknown fields skipped, every read checked.
struct ProtobufReader {
    let bytes: [UInt8]
    private(set) var position: Int
    let end: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = 0
        end = bytes.count
    }

    private init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// A field's number and how its value is encoded.
    struct Field {
        let number: UInt32
        let wireType: WireType
    }

    enum WireType: UInt8 {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case groupStart = 3
        case groupEnd = 4
        case fixed32 = 5
    }

    enum Failure: Error {
        case truncated, varintTooLong, invalidField, wrongType, invalidText, nesting

        var reason: String {
            switch self {
            case .truncated: "a field ends past the end"
            case .varintTooLong: "a number is longer than ten bytes or exceeds 64 bits"
            case .invalidField: "a field has no valid number"
            case .wrongType: "a field has the wrong wire type"
            case .invalidText: "a string is not UTF-8"
            case .nesting: "groups nest too deeply"
            }
        }
    }

    var isAtEnd: Bool { position >= end }

    /// The next field, or `nil` at the end.
    mutating func next() throws(Failure) -> Field? {
        guard !isAtEnd else { return nil }
        let key = try varint()
        guard let number = UInt32(exactly: key >> 3), number > 0, number < 1 << 29,
            let wireType = WireType(rawValue: UInt8(key & 7))
        else { throw .invalidField }
        return Field(number: number, wireType: wireType)
    }

    mutating func varint() throws(Failure) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard position < end else { throw .truncated }
            let byte = bytes[position]
            position += 1
            if shift == 63 && byte > 1 { throw .varintTooLong }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw .varintTooLong
    }

    mutating func varint(_ field: Field) throws(Failure) -> UInt64 {
        guard field.wireType == .varint else { throw .wrongType }
        return try varint()
    }

    /// A 32-bit number; higher bits are dropped, as protobuf prescribes.
    mutating func uint32(_ field: Field) throws(Failure) -> UInt32 {
        UInt32(truncatingIfNeeded: try varint(field))
    }

    private mutating func length(_ field: Field) throws(Failure) -> Range<Int> {
        guard field.wireType == .bytes else { throw .wrongType }
        guard let length = Int(exactly: try varint()), length <= end - position else { throw .truncated }
        defer { position += length }
        return position..<position + length
    }

    mutating func slice(_ field: Field) throws(Failure) -> ArraySlice<UInt8> {
        bytes[try length(field)]
    }

    mutating func array(_ field: Field) throws(Failure) -> [UInt8] {
        Array(try slice(field))
    }

    mutating func string(_ field: Field) throws(Failure) -> String {
        guard let text = String(validating: try slice(field), as: UTF8.self) else { throw .invalidText }
        return text
    }

    /// A reader of the message in this field.
    mutating func message(_ field: Field) throws(Failure) -> ProtobufReader {
        ProtobufReader(bytes, try length(field))
    }

    /// Numbers that are packed into one field or stand alone.
    mutating func repeatedUInt32(_ field: Field, into values: inout [UInt32]) throws(Failure) {
        if field.wireType == .varint {
            values.append(try uint32(field))
            return
        }
        var packed = try message(field)
        while !packed.isAtEnd { values.append(UInt32(truncatingIfNeeded: try packed.varint())) }
    }

    /// Skips the value of a field this version does not know.
    mutating func skip(_ field: Field) throws(Failure) {
        var openGroups: [UInt32] = []
        var field = field
        while true {
            switch field.wireType {
            case .varint: _ = try varint()
            case .fixed64: try advance(8)
            case .fixed32: try advance(4)
            case .bytes: _ = try length(field)
            case .groupStart:
                guard openGroups.count < 32 else { throw .nesting }
                openGroups.append(field.number)
            case .groupEnd:
                guard openGroups.popLast() == field.number else { throw .invalidField }
            }
            if openGroups.isEmpty { return }
            guard let inner = try next() else { throw .truncated }
            field = inner
        }
    }

    private mutating func advance(_ count: Int) throws(Failure) {
        guard count <= end - position else { throw .truncated }
        position += count
    }
}
