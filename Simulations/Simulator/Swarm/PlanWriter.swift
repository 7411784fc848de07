import Overlay

/// Writes values in their shortest form: numbers as LEB128, seven bits a byte.
struct PlanWriter {
    private(set) var bytes: [UInt8] = []

    mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func count(_ value: Int) { number(UInt64(max(0, value))) }

    /// Numbers near zero of either sign are short.
    mutating func signed(_ value: Int64) {
        number(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// A unit, nanoseconds or milliseconds, and a number of them.
    mutating func span(_ span: TimeSpan) {
        let isWhole = span.nanoseconds % 1_000_000 == 0
        byte(isWhole ? 1 : 0)
        number(isWhole ? span.milliseconds : span.nanoseconds)
    }

    mutating func optional<Value>(_ value: Value?, _ write: (inout PlanWriter, Value) -> Void) {
        number(value == nil ? 0 : 1)
        if let value { write(&self, value) }
    }

    mutating func list<Value>(_ values: [Value], _ write: (inout PlanWriter, Value) -> Void) {
        count(values.count)
        for value in values { write(&self, value) }
    }
}
