extension Parser {
    /// Where a term stands decides what may stand there.
    enum TermContext {
        /// Arguments of predicates in rules, and operands of expressions.
        case rule
        /// Arguments of facts, elements of arrays, values of maps: no variables.
        case fact
        /// Elements of sets: neither variables, sets nor arrays.
        case set
    }

    mutating func term(_ context: TermContext) throws(SyntaxError) -> Term {
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"): return try braces(context)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "$"): return try variable(context)
        case UInt8(ascii: "["): return try array(context)
        default: return try scalar()
        }
    }

    private mutating func scalar() throws(SyntaxError) -> Term {
        if let date = try date() { return .date(date) }
        if let character = peek(), ASCII.isDigit(character) || character == UInt8(ascii: "-") {
            return .integer(try integer())
        }
        if consume("hex:") { return .bytes(try hexadecimal()) }
        if consume("true") { return .bool(true) }
        if consume("false") { return .bool(false) }
        if consume("null") { return .null }
        throw failure("expected a term, found \(found)")
    }

    private mutating func variable(_ context: TermContext) throws(SyntaxError) -> Term {
        guard case .rule = context else {
            throw failure("variables are not allowed in facts and collections")
        }
        return .variable(try variableName())
    }

    mutating func variableName() throws(SyntaxError) -> String {
        guard consume("$"), let name = name() else { throw failure("expected a variable, found \(found)") }
        return name
    }

    mutating func integer() throws(SyntaxError) -> Int64 {
        let start = position
        _ = consume("-")
        let digits = position
        while let character = peek(), ASCII.isDigit(character) { position += 1 }
        guard position > digits else { throw failure("expected digits, found \(found)") }
        guard let value = Int64(text(start..<position)) else {
            throw failure("the integer does not fit in 64 bits", at: start)
        }
        return value
    }

    mutating func hexadecimal() throws(SyntaxError) -> [UInt8] {
        let start = position
        while let character = peek(), Hexadecimal.value(of: character) != nil { position += 1 }
        guard position > start, let bytes = Hexadecimal.decode(source[start..<position]) else {
            throw failure("expected an even number of hexadecimal digits", at: start)
        }
        return bytes
    }

    /// A string with the escapes `\"`, `\\` and `\n`.
    mutating func string() throws(SyntaxError) -> String {
        let start = position
        position += 1
        var bytes: [UInt8] = []
        while let character = peek() {
            position += 1
            switch character {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"): bytes.append(try escape())
            default: bytes.append(character)
            }
        }
        throw failure("the string is not closed", at: start)
    }

    private mutating func escape() throws(SyntaxError) -> UInt8 {
        let character = peek()
        position += 1
        switch character {
        case UInt8(ascii: "\""): return UInt8(ascii: "\"")
        case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
        case UInt8(ascii: "n"): return UInt8(ascii: "\n")
        default: throw failure("unknown escape: only \\\", \\\\ and \\n exist", at: position - 2)
        }
    }

    /// A date where one starts and ends here, without moving otherwise.
    private mutating func date() throws(SyntaxError) -> UInt64? {
        guard let (seconds, length) = DateText.parse(source[position...]) else { return nil }
        if let next = peek(length), !ASCII.isSpace(next), !DateText.terminators.contains(next) { return nil }
        guard let seconds else { throw failure("dates before 1970 are not supported") }
        position += length
        return seconds
    }

    // MARK: - Collections

    private mutating func array(_ context: TermContext) throws(SyntaxError) -> Term {
        if case .set = context { throw failure("a set cannot contain arrays") }
        try enter()
        position += 1
        var elements: [Term] = []
        skipSpace()
        if peek() != UInt8(ascii: "]") {
            repeat {
                elements.append(try term(.fact))
                skipSpace()
            } while consume(",")
        }
        try expect("]", ", or ] in the array")
        leave()
        return .array(elements)
    }

    /// A parameter, set or map.
    private mutating func braces(_ context: TermContext) throws(SyntaxError) -> Term {
        if let name = parameterName() { return try parameterValue(name) }
        if consume("{,}") {
            if case .set = context { throw failure("a set cannot contain sets", at: position - 3) }
            return .set([])
        }
        try enter()
        let start = position
        position += 1
        skipSpace()
        let result = try collection(context, start: start)
        leave()
        return result
    }

    private mutating func collection(_ context: TermContext, start: Int) throws(SyntaxError) -> Term {
        if consume("}") {
            guard case .rule = context else {
                throw failure("the empty map cannot stand in a fact or collection; {,} is the empty set", at: start)
            }
            return .map([])
        }
        let first = try term(.set)
        skipSpace()
        if peek() == UInt8(ascii: ":") { return .map(try entries(first)) }
        if case .set = context { throw failure("a set cannot contain sets", at: start) }
        return .set(try elements(first, start: start))
    }

    private mutating func elements(_ first: Term, start: Int) throws(SyntaxError) -> [Term] {
        var elements = [first]
        while consume(",") {
            elements.append(try term(.set))
            skipSpace()
        }
        try expect("}", ", or } in the set")
        for element in elements {
            switch element {
            case .set: throw failure("a set cannot contain sets", at: start)
            case _ where element.rank != first.rank:
                throw failure("the elements of a set must have the same type", at: start)
            default: continue
            }
        }
        return Term.canonicalSet(elements)
    }

    private mutating func entries(_ first: Term) throws(SyntaxError) -> [MapEntry] {
        var entries = [MapEntry(try key(first), try entryValue())]
        while consume(",") {
            skipSpace()
            let key = try key(try term(.set))
            entries.append(MapEntry(key, try entryValue()))
        }
        try expect("}", ", or } in the map")
        return Term.canonicalMap(entries)
    }

    private mutating func entryValue() throws(SyntaxError) -> Term {
        try expect(":", ": after the key")
        let value = try term(.fact)
        skipSpace()
        return value
    }

    private func key(_ term: Term) throws(SyntaxError) -> MapKey {
        switch term {
        case .integer(let value): return .integer(value)
        case .string(let value): return .string(value)
        default: throw failure("the key of a map must be an integer or a string")
        }
    }

    // MARK: - Parameters

    /// The name in `{name}`, without moving when there is none.
    mutating func parameterName() -> String? {
        let start = position
        if consume("{"), let first = peek(), ASCII.isLetter(first), let name = name(), consume("}") { return name }
        position = start
        return nil
    }

    private func parameterValue(_ name: String) throws(SyntaxError) -> Term {
        guard let value = parameters[name] else { throw failure("no value was given for the parameter {\(name)}") }
        return value
    }
}
