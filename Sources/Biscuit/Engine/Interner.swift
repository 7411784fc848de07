/// Everything values refer to by number.
struct Interner: Sendable {
    var bytes = ByteArena()
    var sequences = ValueArena()

    /// A point to return to, forgetting what was created since.
    struct Mark {
        let bytes: Int
        let sequences: Int
    }

    var mark: Mark { Mark(bytes: bytes.count, sequences: sequences.count) }

    mutating func rollBack(to mark: Mark) {
        bytes.truncate(to: mark.bytes)
        sequences.truncate(to: mark.sequences)
    }

    /// Memory in use, in bytes.
    var size: Int { bytes.bytes.count + sequences.values.count * MemoryLayout<Value>.stride }

    // MARK: - Making values

    mutating func string(_ text: String) -> Value { .string(bytes.intern(text)) }

    mutating func byteString(_ value: [UInt8]) -> Value {
        Value(type: .bytes, bits: UInt64(bytes.intern(value[...])))
    }

    mutating func array(_ elements: [Value]) -> Value {
        sequences.intern(.array, elements)
    }

    /// A set; the elements need be neither sorted nor unique.
    mutating func set(_ elements: [Value]) -> Value {
        var unique: [Value] = []
        unique.reserveCapacity(elements.count)
        for element in elements.sorted() where unique.last != element { unique.append(element) }
        return sequences.intern(.set, unique)
    }

    /// A map; keys need not be sorted, and of several equal ones the last counts.
    mutating func map(_ entries: [(key: Value, value: Value)]) -> Value {
        var flat: [Value] = []
        let sorted = entries.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }
        for (_, entry) in sorted {
            if flat.count >= 2, flat[flat.count - 2] == entry.key { flat.removeLast(2) }
            flat.append(entry.key)
            flat.append(entry.value)
        }
        return sequences.intern(.map, flat)
    }

    // MARK: - Terms of the host

    /// The value of a term without variables.
    mutating func value(_ term: Term) -> Value {
        switch term {
        case .variable, .null: return .null
        case .integer(let value): return .integer(value)
        case .string(let text): return string(text)
        case .date(let seconds): return .date(seconds)
        case .bytes(let value): return byteString(value)
        case .bool(let value): return .bool(value)
        case .set(let elements): return set(elements.map { value($0) })
        case .array(let elements): return array(elements.map { value($0) })
        case .map(let entries): return map(entries.map { (value($0.key.term), value($0.value)) })
        }
    }

    /// The term of a value. Sets and maps come in the order of their values, strings by their text.
    func term(_ value: Value) -> Term {
        switch value.type {
        case .integer: return .integer(value.integer)
        case .string: return .string(bytes.string(value.id))
        case .date: return .date(value.bits)
        case .bytes: return .bytes(Array(bytes[value.id]))
        case .bool: return .bool(value.bool)
        case .set: return .set(sequences[value.id].map { term($0) }.sorted())
        case .array: return .array(sequences[value.id].map { term($0) })
        case .map: return .map(entries(value))
        case .null, .variable, .binding, .closure: return .null
        }
    }

    private func entries(_ value: Value) -> [MapEntry] {
        let flat = Array(sequences[value.id])
        let entries = stride(from: 0, to: flat.count - 1, by: 2).map { index in
            let key: MapKey =
                flat[index].type == .integer
                ? .integer(flat[index].integer) : .string(bytes.string(flat[index].id))
            return MapEntry(key, term(flat[index + 1]))
        }
        return Term.canonicalMap(entries)
    }
}
