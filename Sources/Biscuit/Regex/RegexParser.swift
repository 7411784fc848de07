/// Parses the syntax of the Rust crate `regex`.
struct RegexParser {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var flags = Flags()
    private var names: Set<String> = []

    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesNewline = false
    }

    /// Deepest nesting of groups and sets.
    private static let maxDepth = 50

    init(_ pattern: String) {
        scalars = Array(pattern.unicodeScalars)
    }

    mutating func parse() throws(Regex.Failure) -> RegexNode {
        let node = try alternatives()
        guard position == scalars.count else { throw .invalid }
        return node
    }

    // MARK: - Characters

    private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
        position + offset < scalars.count ? scalars[position + offset] : nil
    }

    private mutating func take() throws(Regex.Failure) -> Unicode.Scalar {
        guard let scalar = peek() else { throw .invalid }
        position += 1
        return scalar
    }

    private mutating func consume(_ text: String) -> Bool {
        guard scalars[position...].starts(with: text.unicodeScalars) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    private mutating func enter() throws(Regex.Failure) {
        depth += 1
        guard depth <= Self.maxDepth else { throw .unsupported("nesting deeper than \(Self.maxDepth)") }
    }

    // MARK: - Structure

    private mutating func alternatives() throws(Regex.Failure) -> RegexNode {
        var nodes = [try sequence()]
        while consume("|") { nodes.append(try sequence()) }
        return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
    }

    private mutating func sequence() throws(Regex.Failure) -> RegexNode {
        var nodes: [RegexNode] = []
        while let scalar = peek(), scalar != "|", scalar != ")" {
            guard let atom = try atom() else { continue }
            nodes.append(try repetitions(of: atom))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    /// What can be repeated, or `nil` for a group that only sets flags.
    private mutating func atom() throws(Regex.Failure) -> RegexNode? {
        let scalar = try take()
        switch scalar {
        case "(": return try group()
        case "[": return .set(try set())
        case ".": return .anyScalar(includingNewline: flags.dotMatchesNewline)
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "\\": return try escape()
        case "*", "+", "?", "{": throw .invalid
        default: return .scalar(scalar, ignoresCase: flags.ignoresCase)
        }
    }

    private mutating func repetitions(of atom: RegexNode) throws(Regex.Failure) -> RegexNode {
        var node = atom
        var count = 0
        while let scalar = peek() {
            let bounds: (Int, Int?)
            switch scalar {
            case "*": bounds = (0, nil)
            case "+": bounds = (1, nil)
            case "?": bounds = (0, 1)
            case "{": bounds = try counts()
            default: return node
            }
            if scalar != "{" { position += 1 }
            // Whether a repetition is lazy changes where a match ends, not whether there is one.
            _ = consume("?")
            count += 1
            guard count <= Self.maxDepth else { throw .unsupported("nesting deeper than \(Self.maxDepth)") }
            node = .repetition(node, minimum: bounds.0, maximum: bounds.1)
        }
        return node
    }

    /// `{n}`, `{n,}` or `{n,m}`.
    private mutating func counts() throws(Regex.Failure) -> (Int, Int?) {
        position += 1
        let minimum = try number()
        if consume("}") { return (minimum, minimum) }
        guard consume(",") else { throw .invalid }
        if consume("}") { return (minimum, nil) }
        let maximum = try number()
        guard consume("}"), minimum <= maximum else { throw .invalid }
        return (minimum, maximum)
    }

    private mutating func number() throws(Regex.Failure) -> Int {
        var value: Int?
        while let scalar = peek(), scalar.isASCII, ASCII.isDigit(UInt8(scalar.value)) {
            position += 1
            value = (value ?? 0) * 10 + Int(scalar.value) - 48
            guard value ?? 0 <= Int(UInt32.max) else { throw .invalid }
        }
        if value == nil && peek() == "," { throw .unsupported("{,n}") }
        guard let value else { throw .invalid }
        return value
    }

    // MARK: - Groups and flags

    private mutating func group() throws(Regex.Failure) -> RegexNode? {
        try enter()
        defer { depth -= 1 }
        let outer = flags
        if consume("?") {
            if consume("P<") || (peek() == "<" && peek(1) != "=" && peek(1) != "!" && consume("<")) {
                try groupName()
            } else if try setFlags() {
                return nil
            }
        }
        let node = try alternatives()
        guard consume(")") else { throw .invalid }
        flags = outer
        return node
    }

    private mutating func groupName() throws(Regex.Failure) {
        var name = ""
        while true {
            let scalar = try take()
            if scalar == ">" { break }
            let isStart = scalar == "_" || scalar.properties.isAlphabetic
            let isPart =
                isStart || scalar == "." || scalar == "[" || scalar == "]" || scalar.properties.numericType != nil
            guard name.isEmpty ? isStart : isPart else { throw .invalid }
            name.unicodeScalars.append(scalar)
        }
        guard !name.isEmpty, names.insert(name).inserted else { throw .invalid }
    }

    /// Reads flags up to `:` or `)`; true when the group ends there.
    private mutating func setFlags() throws(Regex.Failure) -> Bool {
        var isOn = true
        var isEmpty = true
        while true {
            let scalar = try take()
            switch scalar {
            case ":": return false
            case ")":
                guard !isEmpty else { throw .invalid }
                return true
            case "-":
                guard isOn else { throw .invalid }
                isOn = false
            case "i": flags.ignoresCase = isOn
            case "m": flags.isMultiline = isOn
            case "s": flags.dotMatchesNewline = isOn
            case "U": break
            case "u": if !isOn { throw .unsupported("(?-u)") }
            case "x", "R": if isOn { throw .unsupported("the flag \(scalar)") }
            default: throw .invalid
            }
            isEmpty = false
        }
    }

    // MARK: - Escapes

    private mutating func escape() throws(Regex.Failure) -> RegexNode {
        if let named = try namedClass() { return .set(ScalarSet([named], ignoresCase: flags.ignoresCase)) }
        switch peek() {
        case "b", "B":
            let isBoundary = peek() == "b"
            if peek(1) == "{", let next = peek(2), !next.properties.isASCIIHexDigit || next.properties.isAlphabetic {
                throw .unsupported("\\b{…}")
            }
            position += 1
            return .assertion(isBoundary ? .wordBoundary : .notWordBoundary)
        case "A": position += 1; return .assertion(.textStart)
        case "z": position += 1; return .assertion(.textEnd)
        case "<", ">": throw .unsupported("\\< and \\>")
        default: return .scalar(try escapedScalar(), ignoresCase: flags.ignoresCase)
        }
    }

    /// `\d`, `\w`, `\s`, `\p` and their negations, or `nil` without moving.
    private mutating func namedClass() throws(Regex.Failure) -> ScalarSet.Item? {
        guard let scalar = peek() else { throw .invalid }
        let named: ScalarClass
        switch scalar {
        case "d", "D": named = .digit
        case "s", "S": named = .space
        case "w", "W": named = .word
        case "p", "P":
            position += 1
            return try property(isNegated: scalar == "P")
        default: return nil
        }
        position += 1
        return .named(named, isNegated: scalar.properties.isUppercase)
    }

    private mutating func property(isNegated: Bool) throws(Regex.Failure) -> ScalarSet.Item {
        var name = ""
        var isNegated = isNegated
        if consume("{") {
            if consume("^") { isNegated.toggle() }
            while !consume("}") { name.unicodeScalars.append(try take()) }
        } else {
            name.unicodeScalars.append(try take())
        }
        guard let named = ScalarClass(property: name) else { throw .unsupported("the property \(name)") }
        return .named(named, isNegated: isNegated)
    }

    private mutating func escapedScalar() throws(Regex.Failure) -> Unicode.Scalar {
        let scalar = try take()
        switch scalar {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "a": return "\u{07}"
        case "x": return try hexadecimalScalar(digits: 2)
        case "u": return try hexadecimalScalar(digits: 4)
        case "U": return try hexadecimalScalar(digits: 8)
        default:
            guard scalar.isASCII, !ASCII.isNameCharacter(UInt8(scalar.value)) || scalar == "_" || scalar == ":",
                scalar != "<", scalar != ">"
            else { throw .invalid }
            return scalar
        }
    }

    private mutating func hexadecimalScalar(digits: Int) throws(Regex.Failure) -> Unicode.Scalar {
        var value: UInt32 = 0
        var count = 0
        let isBraced = consume("{")
        while isBraced ? peek() != "}" : count < digits {
            let scalar = try take()
            guard scalar.isASCII, let digit = Hexadecimal.value(of: UInt8(scalar.value)), count < 8 else {
                throw .invalid
            }
            value = value << 4 | UInt32(digit)
            count += 1
        }
        if isBraced { position += 1 }
        guard count > 0, let scalar = Unicode.Scalar(value) else { throw .invalid }
        return scalar
    }

    // MARK: - Sets

    /// The rest of a set, after its bracket.
    private mutating func set() throws(Regex.Failure) -> ScalarSet {
        try enter()
        defer { depth -= 1 }
        var set = ScalarSet([], isNegated: consume("^"), ignoresCase: flags.ignoresCase)
        var items: [ScalarSet.Item] = []
        var combination = ScalarSet.Combination.union
        set.parts = []
        while consume("-") { items.append(.range(0x2D, 0x2D)) }
        if items.isEmpty && consume("]") { items.append(.range(0x5D, 0x5D)) }
        while !consume("]") {
            guard let next = nextCombination() else {
                items.append(try setItem())
                continue
            }
            set.parts.append((combination, items))
            items = []
            combination = next
        }
        set.parts.append((combination, items))
        return set
    }

    private mutating func nextCombination() -> ScalarSet.Combination? {
        if consume("&&") { return .intersection }
        if consume("--") { return .difference }
        if consume("~~") { return .symmetricDifference }
        return nil
    }

    private mutating func setItem() throws(Regex.Failure) -> ScalarSet.Item {
        if consume("[:") { return try asciiClass() }
        if consume("[") { return .set(try set()) }
        if peek() == "\\" {
            position += 1
            if let named = try namedClass() { return named }
            position -= 1
        }
        let first = try setScalar()
        guard peek() == "-", let afterDash = peek(1), afterDash != "]", afterDash != "-" else {
            return .range(first.value, first.value)
        }
        position += 1
        let last = try setScalar()
        guard first.value <= last.value else { throw .invalid }
        return .range(first.value, last.value)
    }

    private mutating func setScalar() throws(Regex.Failure) -> Unicode.Scalar {
        let scalar = try take()
        return scalar == "\\" ? try escapedScalar() : scalar
    }

    private mutating func asciiClass() throws(Regex.Failure) -> ScalarSet.Item {
        let isNegated = consume("^")
        var name = ""
        while !consume(":]") { name.unicodeScalars.append(try take()) }
        guard let named = ScalarClass.ASCIIClass(rawValue: name) else { throw .invalid }
        return .named(.ascii(named), isNegated: isNegated)
    }
}
