extension BlockDecoder {
    /// A term inside `depth` collections.
    func term(_ message: ProtobufReader, depth: Int) throws(DecodingError) -> Wire.Term {
        var term: Wire.Term?
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: term = .variable(try reader.decodeUInt32(field))
            case 2: term = .integer(Int64(bitPattern: try reader.decodeVarint(field)))
            case 3: term = .string(try reader.decodeVarint(field))
            case 4: term = .date(try reader.decodeVarint(field))
            case 5: term = .bytes(try reader.decodeBytes(field))
            case 6: term = .bool(try reader.decodeVarint(field) != 0)
            case 7: term = try set(reader.decodeMessage(field), depth: nested(depth))
            case 8:
                _ = try reader.decodeMessage(field)
                term = .null
            case 9: term = .array(try terms(reader.decodeMessage(field), depth: nested(depth)))
            case 10: term = try map(reader.decodeMessage(field), depth: nested(depth))
            default: return false
            }
            return true
        }
        return try Self.required(term, "content of a term")
    }

    /// One level deeper, if that is allowed.
    private func nested(_ depth: Int) throws(DecodingError) -> Int {
        guard depth < maxNesting else { throw .nesting(maxNesting) }
        return depth + 1
    }

    private func terms(_ message: ProtobufReader, depth: Int) throws(DecodingError) -> [Wire.Term] {
        var elements: [Wire.Term] = []
        try fields(message) { (reader, field) throws(DecodingError) in
            guard field.number == 1 else { return false }
            elements.append(try term(reader.decodeMessage(field), depth: depth))
            return true
        }
        return elements
    }

    private func set(_ message: ProtobufReader, depth: Int) throws(DecodingError) -> Wire.Term {
        let elements = try terms(message, depth: depth)
        for element in elements {
            switch element {
            case .variable: throw .invalid("a set contains a variable")
            case .set: throw .invalid("a set contains a set")
            case _ where element.type != elements[0].type: throw .invalid("the elements of a set have different types")
            default: continue
            }
        }
        return .set(Wire.sortedUnique(elements))
    }

    private func map(_ message: ProtobufReader, depth: Int) throws(DecodingError) -> Wire.Term {
        var entries: [Wire.Entry] = []
        try fields(message) { (reader, field) throws(DecodingError) in
            guard field.number == 1 else { return false }
            entries.append(try entry(reader.decodeMessage(field), depth: depth))
            return true
        }
        return .map(Wire.sortedByKey(entries))
    }

    private func entry(_ message: ProtobufReader, depth: Int) throws(DecodingError) -> Wire.Entry {
        var key: Wire.Key?
        var value: Wire.Term?
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: key = try self.key(reader.decodeMessage(field))
            case 2: value = try term(reader.decodeMessage(field), depth: depth)
            default: return false
            }
            return true
        }
        return Wire.Entry(key: try Self.required(key, "key"), value: try Self.required(value, "value"))
    }

    private func key(_ message: ProtobufReader) throws(DecodingError) -> Wire.Key {
        var key: Wire.Key?
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: key = .integer(Int64(bitPattern: try reader.decodeVarint(field)))
            case 2: key = .string(try reader.decodeVarint(field))
            default: return false
            }
            return true
        }
        return try Self.required(key, "content of a map key")
    }

    // MARK: - Expressions

    func expression(_ message: ProtobufReader) throws(DecodingError) -> [Wire.Operation] {
        var operations: [Wire.Operation] = []
        try fields(message) { (reader, field) throws(DecodingError) in
            guard field.number == 1 else { return false }
            operations.append(try operation(reader.decodeMessage(field), depth: 0))
            return true
        }
        return operations
    }

    private func operation(_ message: ProtobufReader, depth: Int) throws(DecodingError) -> Wire.Operation {
        var operation: Wire.Operation?
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: operation = .value(try term(reader.decodeMessage(field), depth: 0))
            case 2: operation = try unary(reader.decodeMessage(field))
            case 3: operation = try binary(reader.decodeMessage(field))
            case 4: operation = try closure(reader.decodeMessage(field), depth: nested(depth))
            default: return false
            }
            return true
        }
        return try Self.required(operation, "content of an operation")
    }

    private func unary(_ message: ProtobufReader) throws(DecodingError) -> Wire.Operation {
        let (number, name) = try operatorKind(message)
        guard let kind = UInt8(exactly: number).flatMap(Wire.UnaryKind.init) else { throw .invalid("unknown operator") }
        guard (kind == .external) == (name != nil) else { throw .invalid("only host functions have a name") }
        return .unary(kind, name: name)
    }

    private func binary(_ message: ProtobufReader) throws(DecodingError) -> Wire.Operation {
        let (number, name) = try operatorKind(message)
        guard let kind = UInt8(exactly: number).flatMap(Wire.BinaryKind.init) else {
            throw .invalid("unknown operator")
        }
        guard (kind == .external) == (name != nil) else { throw .invalid("only host functions have a name") }
        return .binary(kind, name: name)
    }

    private func operatorKind(_ message: ProtobufReader) throws(DecodingError) -> (UInt32, UInt64?) {
        var kind: UInt32?
        var name: UInt64?
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: kind = try reader.decodeUInt32(field)
            case 2: name = try reader.decodeVarint(field)
            default: return false
            }
            return true
        }
        return (try Self.required(kind, "kind"), name)
    }

    private func closure(_ message: ProtobufReader, depth: Int) throws(DecodingError) -> Wire.Operation {
        var parameters: [UInt32] = []
        var operations: [Wire.Operation] = []
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: try reader.decodeRepeatedUInt32(field, into: &parameters)
            case 2: operations.append(try operation(reader.decodeMessage(field), depth: depth))
            default: return false
            }
            return true
        }
        return .closure(parameters, operations)
    }
}

extension Wire {
    /// Sorted, each element once.
    static func sortedUnique(_ elements: [Term]) -> [Term] {
        var result: [Term] = []
        for element in elements.sorted() where result.last != element { result.append(element) }
        return result
    }

    /// Sorted by key; of several entries with one key the last.
    static func sortedByKey(_ entries: [Entry]) -> [Entry] {
        var result: [Entry] = []
        let sorted = entries.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }
        for (_, entry) in sorted {
            if result.last?.key == entry.key { result.removeLast() }
            result.append(entry)
        }
        return result
    }
}
