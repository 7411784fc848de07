/// A field of a message, with its value as it was read.
package struct ProtobufField: Sendable {
    package var number: Int
    package var value: Value

    package enum Value: Sendable {
        case varint(UInt64)
        case bytes([UInt8])
    }

    package init(number: Int, value: Value) {
        self.number = number
        self.value = value
    }
}
