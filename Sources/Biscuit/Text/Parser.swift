/// Recursive-descent parser of the text syntax, over UTF-8 bytes.
///
/// The grammar is the specification's, read the way the reference implementation reads it where the two differ: one
/// space inside `check if`, keywords in any case, `{name}` is a parameter and never a set of one element.
struct Parser {
    let source: [UInt8]
    let parameters: [String: Term]
    let keys: [String: PublicKey]
    let limits: SourceLimits
    var position = 0
    var depth = 0

    init(
        _ source: String, parameters: [String: Term] = [:], keys: [String: PublicKey] = [:],
        limits: SourceLimits = .default
    ) throws(SyntaxError) {
        self.source = Array(source.utf8)
        self.parameters = parameters
        self.keys = keys
        self.limits = limits
        guard self.source.count <= limits.maxBytes else {
            throw SyntaxError(line: 1, column: 1, message: "the source is longer than \(limits.maxBytes) bytes")
        }
    }

    // MARK: - Characters

    var isAtEnd: Bool { position >= source.count }

    /// The byte `offset` places ahead, or `nil` past the end.
    func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < source.count ? source[position + offset] : nil
    }

    func isNext(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { source[position...].starts(with: $0) }
    }

    mutating func consume(_ text: StaticString) -> Bool {
        guard isNext(text) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    /// Consumes `text`, given in lower case, in any case.
    mutating func consumeIgnoringCase(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= source.count else { return false }
        let matches = text.withUTF8Buffer { expected in
            zip(expected, source[position...]).allSatisfy { $0 == ASCII.lowercased($1) }
        }
        if matches { position += count }
        return matches
    }

    mutating func skipSpace() {
        while let character = peek(), ASCII.isSpace(character) { position += 1 }
    }

    /// Consumes `text` after white space; `expected` names what may stand here.
    mutating func expect(_ text: StaticString, _ expected: StaticString) throws(SyntaxError) {
        skipSpace()
        guard consume(text) else { throw failure("expected \(expected), found \(found)") }
    }

    /// One or more letters, digits, `_` and `:`; `nil` without moving when there is none.
    mutating func name() -> String? {
        let start = position
        while let character = peek(), ASCII.isNameCharacter(character) { position += 1 }
        return position > start ? text(start..<position) : nil
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: source[range], as: UTF8.self)
    }

    // MARK: - Errors and bounds

    func failure(_ message: String, at offset: Int? = nil) -> SyntaxError {
        var line = 1
        var column = 1
        for byte in source.prefix(offset ?? position) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return SyntaxError(line: line, column: column, message: message)
    }

    /// What stands at the current place, for messages.
    var found: String {
        guard !isAtEnd else { return "the end" }
        let end = source[position...].firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: ";") }
        return "\"\(text(position..<min(end ?? source.count, position + 20, source.count)))\""
    }

    mutating func enter() throws(SyntaxError) {
        depth += 1
        guard depth <= limits.maxNesting else {
            throw failure("nested more than \(limits.maxNesting) levels deep")
        }
    }

    mutating func leave() {
        depth -= 1
    }
}

/// Classes of ASCII characters.
enum ASCII {
    static func isSpace(_ character: UInt8) -> Bool {
        character == 0x20 || character == 0x09 || character == 0x0A || character == 0x0D
    }

    static func isDigit(_ character: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character)
    }

    static func isLetter(_ character: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercased(character))
    }

    static func isNameCharacter(_ character: UInt8) -> Bool {
        isLetter(character) || isDigit(character) || character == UInt8(ascii: "_") || character == UInt8(ascii: ":")
    }

    static func lowercased(_ character: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(character) ? character | 0x20 : character
    }
}
