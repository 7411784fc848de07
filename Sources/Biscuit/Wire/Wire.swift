/// Datalog as blocks carry it: strings and keys are numbers into symbol tables (schema.proto of the specification).
enum Wire {
    indirect enum Term: Hashable, Sendable {
        case variable(UInt32)
        case integer(Int64)
        case string(UInt64)
        case date(UInt64)
        case bytes([UInt8])
        case bool(Bool)
        /// Sorted, without duplicates.
        case set([Term])
        case null
        case array([Term])
        /// Sorted by key, keys unique.
        case map([Entry])
    }

    struct Entry: Hashable, Sendable {
        var key: Key
        var value: Term
    }

    enum Key: Hashable, Sendable {
        case integer(Int64)
        case string(UInt64)
    }

    struct Predicate: Hashable, Sendable {
        var name: UInt64
        var terms: [Term]
    }

    struct Rule: Hashable, Sendable {
        var head: Predicate
        var body: [Predicate]
        var expressions: [[Operation]]
        var scopes: [Scope]
    }

    struct Check: Hashable, Sendable {
        var kind: Biscuit.Check.Kind
        var queries: [Rule]
    }

    struct Policy: Hashable, Sendable {
        var kind: Biscuit.Policy.Kind
        var queries: [Rule]
    }

    enum Scope: Hashable, Sendable {
        case authority
        case previous
        case publicKey(UInt64)
    }

    indirect enum Operation: Hashable, Sendable {
        case value(Term)
        case unary(UnaryKind, name: UInt64?)
        case binary(BinaryKind, name: UInt64?)
        case closure([UInt32], [Operation])
    }

    /// Unary operators by their number on the wire.
    enum UnaryKind: UInt8, Hashable, Sendable {
        case negate = 0
        case parentheses, length, typeOf, external
    }

    /// Binary operators by their number on the wire.
    enum BinaryKind: UInt8, Hashable, Sendable {
        case lessThan = 0
        case greaterThan, lessOrEqual, greaterOrEqual, strictEqual, contains, startsWith, endsWith, matches
        case add, subtract, multiply, divide, and, or, intersection, union
        case bitwiseAnd, bitwiseOr, bitwiseXor, strictNotEqual, equal, notEqual
        case lazyAnd, lazyOr, all, any, get, external, tryOr
    }

    /// The content of one block.
    struct Block: Hashable, Sendable {
        /// Strings this block adds to the symbol table.
        var symbols: [String] = []
        var context: String?
        /// The Datalog version: 3 for v3.0 up to 6 for v3.3.
        var version: UInt32 = 3
        var facts: [Predicate] = []
        var rules: [Rule] = []
        var checks: [Check] = []
        var scopes: [Scope] = []
        /// Keys this block adds to the key table.
        var publicKeys: [PublicKey] = []
    }
}

extension Wire.Term: Comparable {
    private var rank: Int {
        switch self {
        case .variable: 1
        case .integer: 2
        case .string: 3
        case .date: 4
        case .bytes: 5
        case .bool: 6
        case .set: 7
        case .null: 8
        case .array: 9
        case .map: 10
        }
    }

    /// The type, for sets whose elements must agree in it.
    var type: Int { rank }

    /// Orders by type, then by value; strings by their number.
    static func < (left: Wire.Term, right: Wire.Term) -> Bool {
        switch (left, right) {
        case (.variable(let a), .variable(let b)): a < b
        case (.integer(let a), .integer(let b)): a < b
        case (.string(let a), .string(let b)), (.date(let a), .date(let b)): a < b
        case (.bytes(let a), .bytes(let b)): a.lexicographicallyPrecedes(b)
        case (.bool(let a), .bool(let b)): !a && b
        case (.set(let a), .set(let b)), (.array(let a), .array(let b)): a.lexicographicallyPrecedes(b)
        case (.map(let a), .map(let b)):
            a.lexicographicallyPrecedes(b) { ($0.key, $0.value) < ($1.key, $1.value) }
        default: left.rank < right.rank
        }
    }
}

extension Wire.Key: Comparable {
    static func < (left: Wire.Key, right: Wire.Key) -> Bool {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): a < b
        case (.string(let a), .string(let b)): a < b
        case (.integer, .string): true
        case (.string, .integer): false
        }
    }
}
