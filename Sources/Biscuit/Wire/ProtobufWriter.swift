/// Writes protobuf fields in the order they are given.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    private mutating func varint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    private mutating func key(_ number: UInt64, _ wireType: ProtobufReader.WireType) {
        varint(number << 3 | UInt64(wireType.rawValue))
    }

    mutating func varint(_ number: UInt64, _ value: UInt64) {
        key(number, .varint)
        varint(value)
    }

    mutating func bytes(_ number: UInt64, _ value: some Collection<UInt8>) {
        key(number, .bytes)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func string(_ number: UInt64, _ value: String) {
        bytes(number, Array(value.utf8))
    }

    mutating func message(_ number: UInt64, _ body: (inout ProtobufWriter) -> Void) {
        var writer = ProtobufWriter()
        body(&writer)
        bytes(number, writer.bytes)
    }
}
