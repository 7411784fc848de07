/// A value of the Datalog language, or a variable standing for one.
public enum Term: Sendable {
    /// A variable, without its `$`. Allowed in rules, checks and policies, not in facts.
    case variable(String)
    case integer(Int64)
    case string(String)
    /// Seconds since 1970-01-01T00:00:00Z.
    case date(UInt64)
    case bytes([UInt8])
    case bool(Bool)
    /// Elements of one type, none of them a set. Order and duplicates carry no meaning.
    case set([Term])
    case null
    case array([Term])
    /// Keys are unique; of two entries with one key the later counts.
    case map([MapEntry])
}

/// One entry of a map.
public struct MapEntry: Sendable, Hashable {
    /// Unique in its map.
    public var key: MapKey
    /// Any term but a variable.
    public var value: Term

    /// An entry of a key and a value.
    public init(_ key: MapKey, _ value: Term) {
        self.key = key
        self.value = value
    }
}

/// A key of a map: an integer or a string.
public enum MapKey: Sendable {
    case integer(Int64)
    case string(String)

    /// The key as a term.
    public var term: Term {
        switch self {
        case .integer(let value): .integer(value)
        case .string(let value): .string(value)
        }
    }
}

extension MapKey: Hashable, Comparable {
    public static func == (left: MapKey, right: MapKey) -> Bool {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): a == b
        case (.string(let a), .string(let b)): UTF8Order.isEqual(a, b)
        default: false
        }
    }

    public static func < (left: MapKey, right: MapKey) -> Bool {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): a < b
        case (.string(let a), .string(let b)): UTF8Order.isLess(a, b)
        case (.integer, .string): true
        case (.string, .integer): false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .integer(let value): hasher.combine(value)
        case .string(let value): UTF8Order.hash(value, into: &hasher)
        }
    }
}

extension Term {
    /// The elements of a set, sorted and without duplicates.
    static func canonicalSet(_ elements: [Term]) -> [Term] {
        var result: [Term] = []
        for element in elements.sorted() where result.last != element {
            result.append(element)
        }
        return result
    }

    /// The entries of a map sorted by key; of several with one key the last is kept.
    static func canonicalMap(_ entries: [MapEntry]) -> [MapEntry] {
        var result: [MapEntry] = []
        let sorted = entries.enumerated().sorted {
            ($0.element.key, $0.offset) < ($1.element.key, $1.offset)
        }
        for (_, entry) in sorted {
            if result.last?.key == entry.key { result.removeLast() }
            result.append(entry)
        }
        return result
    }

    /// The place of the type in the order of terms, which is the order of the fields on the wire.
    var rank: Int {
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

    /// How deeply collections are nested: 0 for a scalar, 1 for a flat collection.
    func nesting(atMost limit: Int) -> Int {
        let children: [Term]
        switch self {
        case .set(let elements), .array(let elements): children = elements
        case .map(let entries): children = entries.map(\.value)
        default: return 0
        }
        guard limit > 0 else { return 1 }
        return 1 + (children.map { $0.nesting(atMost: limit - 1) }.max() ?? 0)
    }

    /// Whether a variable occurs in the term, to the given depth.
    var containsVariable: Bool {
        switch self {
        case .variable: true
        case .set(let elements), .array(let elements): elements.contains(where: \.containsVariable)
        case .map(let entries): entries.contains(where: \.value.containsVariable)
        default: false
        }
    }
}

extension Term: Hashable, Comparable {
    public static func == (left: Term, right: Term) -> Bool {
        switch (left, right) {
        case (.variable(let a), .variable(let b)), (.string(let a), .string(let b)): UTF8Order.isEqual(a, b)
        case (.integer(let a), .integer(let b)): a == b
        case (.date(let a), .date(let b)): a == b
        case (.bytes(let a), .bytes(let b)): a == b
        case (.bool(let a), .bool(let b)): a == b
        case (.set(let a), .set(let b)): canonicalSet(a).elementsEqual(canonicalSet(b))
        case (.null, .null): true
        case (.array(let a), .array(let b)): a == b
        case (.map(let a), .map(let b)): canonicalMap(a) == canonicalMap(b)
        default: false
        }
    }

    /// Orders by type (as on the wire), then by value; strings by their UTF-8 bytes.
    public static func < (left: Term, right: Term) -> Bool {
        switch (left, right) {
        case (.variable(let a), .variable(let b)), (.string(let a), .string(let b)): UTF8Order.isLess(a, b)
        case (.integer(let a), .integer(let b)): a < b
        case (.date(let a), .date(let b)): a < b
        case (.bytes(let a), .bytes(let b)): a.lexicographicallyPrecedes(b)
        case (.bool(let a), .bool(let b)): !a && b
        case (.set(let a), .set(let b)): canonicalSet(a).lexicographicallyPrecedes(canonicalSet(b))
        case (.array(let a), .array(let b)): a.lexicographicallyPrecedes(b)
        case (.map(let a), .map(let b)):
            canonicalMap(a).lexicographicallyPrecedes(canonicalMap(b)) { ($0.key, $0.value) < ($1.key, $1.value) }
        default: left.rank < right.rank
        }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(rank)
        switch self {
        case .variable(let text), .string(let text): UTF8Order.hash(text, into: &hasher)
        case .integer(let value): hasher.combine(value)
        case .date(let value): hasher.combine(value)
        case .bytes(let value): hasher.combine(value)
        case .bool(let value): hasher.combine(value)
        case .set(let elements): hasher.combine(Term.canonicalSet(elements))
        case .null: break
        case .array(let elements): hasher.combine(elements)
        case .map(let entries): hasher.combine(Term.canonicalMap(entries))
        }
    }
}

extension Term: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}
