/// As much of protobuf as is needed to take messages apart and to put them together again, whatever is in them.
package enum Protobuf {
    /// The fields of a message of numbers and byte strings; `nil` for bytes that are none.
    package static func parse(_ bytes: [UInt8]) -> [ProtobufField]? {
        var fields: [ProtobufField] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let key = varint(&rest), let value = varint(&rest), key >> 3 > 0 else { return nil }
            let number = Int(truncatingIfNeeded: key >> 3)
            switch key & 7 {
            case 0: fields.append(ProtobufField(number: number, value: .varint(value)))
            case 2:
                guard value <= UInt64(rest.count) else { return nil }
                fields.append(ProtobufField(number: number, value: .bytes(Array(rest.prefix(Int(value))))))
                rest = rest.dropFirst(Int(value))
            default: return nil
            }
        }
        return fields
    }

    package static func serialize(_ fields: [ProtobufField]) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in fields {
            let key = UInt64(truncatingIfNeeded: field.number) << 3
            switch field.value {
            case .varint(let value): bytes += varint(key) + varint(value)
            case .bytes(let content): bytes += varint(key | 2) + varint(UInt64(content.count)) + content
            }
        }
        return bytes
    }

    package static func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
        serialize([ProtobufField(number: number, value: .bytes(content))])
    }

    package static func varint(_ number: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(truncatingIfNeeded: rest)]
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
