extension Machine {
    // MARK: - Unary

    mutating func apply(_ kind: Wire.UnaryKind, _ value: Value, _ name: UInt32) throws(ExecutionError) -> Value {
        switch kind {
        case .parentheses: return value
        case .negate:
            guard value.type == .bool else { throw .invalidType }
            return .bool(!value.bool)
        case .length: return .integer(Int64(try length(value)))
        case .typeOf: return .string(value.type.name.withUTF8Buffer { interner.bytes.intern($0) })
        case .external: return try call(name, value, nil)
        }
    }

    private func length(_ value: Value) throws(ExecutionError) -> Int {
        switch value.type {
        case .string, .bytes: return interner.bytes.range(value.id).count
        case .set, .array: return interner.sequences.range(value.id).count
        case .map: return interner.sequences.range(value.id).count / 2
        default: throw .invalidType
        }
    }

    // MARK: - Binary

    mutating func apply(
        _ kind: Wire.BinaryKind, _ left: Value, _ right: Value, _ name: UInt32
    ) throws(ExecutionError) -> Value {
        switch kind {
        case .strictEqual, .strictNotEqual:
            guard left.type == right.type else { throw .invalidType }
            return .bool((left == right) == (kind == .strictEqual))
        case .equal: return .bool(left == right)
        case .notEqual: return .bool(left != right)
        case .lessThan, .greaterThan, .lessOrEqual, .greaterOrEqual: return try compare(kind, left, right)
        case .subtract, .multiply, .divide, .bitwiseAnd, .bitwiseOr, .bitwiseXor:
            return try integer(kind, left, right)
        case .add: return try add(left, right)
        case .and, .or:
            guard left.type == .bool, right.type == .bool else { throw .invalidType }
            return .bool(kind == .and ? left.bool && right.bool : left.bool || right.bool)
        case .contains: return .bool(try contains(left, right))
        case .startsWith, .endsWith: return .bool(try hasEnd(kind, left, right))
        case .matches: return .bool(try matches(left, right))
        case .intersection, .union: return try combine(kind, left, right)
        case .get: return try get(left, right)
        case .external: return try call(name, left, right)
        case .lazyAnd, .lazyOr, .all, .any, .tryOr: throw .invalidType
        }
    }

    private func compare(_ kind: Wire.BinaryKind, _ left: Value, _ right: Value) throws(ExecutionError) -> Value {
        guard left.type == right.type, left.type == .integer || left.type == .date else { throw .invalidType }
        switch kind {
        case .lessThan: return .bool(left < right)
        case .greaterThan: return .bool(right < left)
        case .lessOrEqual: return .bool(!(right < left))
        default: return .bool(!(left < right))
        }
    }

    private func integer(_ kind: Wire.BinaryKind, _ left: Value, _ right: Value) throws(ExecutionError) -> Value {
        guard left.type == .integer, right.type == .integer else { throw .invalidType }
        let (a, b) = (left.integer, right.integer)
        switch kind {
        case .subtract: return try checked(a.subtractingReportingOverflow(b))
        case .multiply: return try checked(a.multipliedReportingOverflow(by: b))
        case .divide:
            let (quotient, isInvalid) = a.dividedReportingOverflow(by: b)
            guard !isInvalid else { throw .divisionByZero }
            return .integer(quotient)
        case .bitwiseAnd: return .integer(a & b)
        case .bitwiseOr: return .integer(a | b)
        default: return .integer(a ^ b)
        }
    }

    private func checked(_ result: (partialValue: Int64, overflow: Bool)) throws(ExecutionError) -> Value {
        guard !result.overflow else { throw .overflow }
        return .integer(result.partialValue)
    }

    /// Adds integers, joins strings.
    private mutating func add(_ left: Value, _ right: Value) throws(ExecutionError) -> Value {
        switch (left.type, right.type) {
        case (.integer, .integer): return try checked(left.integer.addingReportingOverflow(right.integer))
        case (.string, .string):
            let joined = interner.bytes[left.id] + interner.bytes[right.id]
            try chargeBytes(joined.count)
            let result = Value.string(interner.bytes.intern(joined))
            try checkSize()
            return result
        default: throw .invalidType
        }
    }

    // MARK: - Strings and collections

    private mutating func contains(_ left: Value, _ right: Value) throws(ExecutionError) -> Bool {
        switch (left.type, right.type) {
        case (.string, .string): return try containsText(left, right)
        case (.set, .set):
            let (all, part) = (interner.sequences[left.id], interner.sequences[right.id])
            try charge(all.count + part.count)
            let elements = Set(all)
            return part.allSatisfy(elements.contains)
        case (.set, .integer), (.set, .date), (.set, .bool), (.set, .string), (.set, .bytes), (.array, _):
            let elements = interner.sequences[left.id]
            try charge(elements.count)
            return elements.contains(right)
        case (.map, _): return try position(of: right, in: left) != nil
        default: throw .invalidType
        }
    }

    /// Whether a string occurs in another, byte for byte (Knuth, Morris, Pratt: time is linear whatever the texts).
    private mutating func containsText(_ left: Value, _ right: Value) throws(ExecutionError) -> Bool {
        let (text, pattern) = (interner.bytes[left.id], Array(interner.bytes[right.id]))
        try chargeBytes((text.count + pattern.count) * 4)
        guard !pattern.isEmpty else { return true }
        guard pattern.count <= text.count else { return false }
        var borders = [Int](repeating: 0, count: pattern.count)
        var matched = 0
        for index in pattern.indices.dropFirst() {
            while matched > 0, pattern[matched] != pattern[index] { matched = borders[matched - 1] }
            if pattern[matched] == pattern[index] { matched += 1 }
            borders[index] = matched
        }
        matched = 0
        for byte in text {
            while matched > 0, pattern[matched] != byte { matched = borders[matched - 1] }
            if pattern[matched] == byte { matched += 1 }
            if matched == pattern.count { return true }
        }
        return false
    }

    private mutating func hasEnd(
        _ kind: Wire.BinaryKind, _ left: Value, _ right: Value
    ) throws(ExecutionError) -> Bool {
        switch (left.type, right.type) {
        case (.string, .string):
            let (text, part) = (interner.bytes[left.id], interner.bytes[right.id])
            try chargeBytes(part.count)
            return kind == .startsWith ? text.starts(with: part) : text.suffix(part.count).elementsEqual(part)
        case (.array, .array):
            let (elements, part) = (interner.sequences[left.id], interner.sequences[right.id])
            try charge(part.count)
            return kind == .startsWith ? elements.starts(with: part) : elements.suffix(part.count).elementsEqual(part)
        default: throw .invalidType
        }
    }

    private mutating func combine(
        _ kind: Wire.BinaryKind, _ left: Value, _ right: Value
    ) throws(ExecutionError) -> Value {
        guard left.type == .set, right.type == .set else { throw .invalidType }
        let (a, b) = (interner.sequences[left.id], interner.sequences[right.id])
        try charge((a.count + b.count) * 4)
        let elements: [Value]
        if kind == .union {
            elements = Array(a) + Array(b)
        } else {
            let other = Set(b)
            elements = a.filter { other.contains($0) }
        }
        let result = interner.set(elements)
        try checkSize()
        return result
    }

    private mutating func get(_ left: Value, _ right: Value) throws(ExecutionError) -> Value {
        switch (left.type, right.type) {
        case (.array, .integer):
            let elements = interner.sequences[left.id]
            guard let index = Int(exactly: right.integer), index >= 0, index < elements.count else { return .null }
            return elements[elements.startIndex + index]
        case (.map, .integer), (.map, .string):
            guard let position = try position(of: right, in: left) else { return .null }
            return interner.sequences.values[position + 1]
        default: throw .invalidType
        }
    }

    /// Where the key of a map stands among the sequences' values.
    private mutating func position(of key: Value, in map: Value) throws(ExecutionError) -> Int? {
        let range = interner.sequences.range(map.id)
        try charge(range.count / 2)
        return stride(from: range.lowerBound, to: range.upperBound, by: 2).first {
            interner.sequences.values[$0] == key
        }
    }

    // MARK: - Regular expressions and host functions

    /// An invalid pattern matches nothing, as the reference implementation has it.
    private mutating func matches(_ left: Value, _ right: Value) throws(ExecutionError) -> Bool {
        guard left.type == .string, right.type == .string else { throw .invalidType }
        guard let regex = try regex(right.id) else { return false }
        let text = interner.bytes.string(left.id)
        return try regex.matches(text) { (steps) throws(ExecutionError) in try charge(steps) }
    }

    private mutating func regex(_ id: UInt32) throws(ExecutionError) -> Regex? {
        if let known = regexes[id] { return known }
        let pattern = interner.bytes.string(id)
        try chargeBytes(pattern.utf8.count * 16)
        let regex: Regex
        do {
            regex = try Regex(pattern, maxInstructions: limits.maxRegexInstructions)
        } catch {
            switch error {
            case .invalid: return nil
            case .unsupported(let reason): throw .unsupportedPattern(reason)
            case .tooLarge: throw .limitReached(.regexInstructions(limits.maxRegexInstructions))
            }
        }
        try charge(regex.instructionCount)
        // Numbers above the program's are given again to other strings once the expression is done.
        if id < UInt32(program.interner.bytes.count) { regexes[id] = regex }
        return regex
    }

    private mutating func call(_ name: UInt32, _ value: Value, _ argument: Value?) throws(ExecutionError) -> Value {
        let name = interner.bytes.string(name)
        guard let function = functions[name] else { throw .unknownFunction(name) }
        let term = interner.term(value)
        let argumentTerm = argument.map { interner.term($0) }
        let result: Term
        do {
            result = try function(term, argumentTerm)
        } catch {
            throw .functionFailed(name, error.reason)
        }
        try checkNesting(result)
        let returned = interner.value(result)
        try checkSize()
        return returned
    }
}
