/// A value the engine works on: 16 bytes without references, equal exactly when the bits are equal.
///
/// Strings, bytes and collections are numbers into an `Interner`.
struct Value: Hashable, Sendable, BitwiseCopyable {
    let type: ValueType
    let bits: UInt64

    static let null = Value(type: .null, bits: 0)

    static func integer(_ value: Int64) -> Value { Value(type: .integer, bits: UInt64(bitPattern: value)) }
    static func string(_ id: UInt32) -> Value { Value(type: .string, bits: UInt64(id)) }
    static func date(_ seconds: UInt64) -> Value { Value(type: .date, bits: seconds) }
    static func bool(_ value: Bool) -> Value { Value(type: .bool, bits: value ? 1 : 0) }

    /// A variable of a pattern, by its slot.
    static func variable(_ slot: Int) -> Value { Value(type: .variable, bits: UInt64(slot)) }
    /// The first place of a pattern where a variable occurs: whatever stands there is bound to the slot.
    static func binding(_ slot: Int) -> Value { Value(type: .binding, bits: UInt64(slot)) }
    /// A closure on the stack of an expression, by its number.
    static func closure(_ index: Int) -> Value { Value(type: .closure, bits: UInt64(index)) }

    var integer: Int64 { Int64(bitPattern: bits) }
    var bool: Bool { bits != 0 }
    /// The number in the interner.
    var id: UInt32 { UInt32(truncatingIfNeeded: bits) }
    var slot: Int { Int(truncatingIfNeeded: bits) }
}

/// Types in the order of terms on the wire.
enum ValueType: UInt8, Hashable, Sendable, BitwiseCopyable {
    case variable = 1
    case integer, string, date, bytes, bool, set, null, array, map
    case binding, closure

    /// The name `.type()` returns.
    var name: StaticString {
        switch self {
        case .integer: "integer"
        case .string: "string"
        case .date: "date"
        case .bytes: "bytes"
        case .bool: "bool"
        case .set: "set"
        case .null: "null"
        case .array: "array"
        case .map: "map"
        case .variable, .binding, .closure: "variable"
        }
    }
}

extension Value: Comparable {
    /// A fixed order for the elements of sets and the keys of maps. Strings are ordered by number, not by text.
    static func < (left: Value, right: Value) -> Bool {
        if left.type != right.type { return left.type.rawValue < right.type.rawValue }
        return left.type == .integer ? left.integer < right.integer : left.bits < right.bits
    }
}
