/// Blanks what is not code. Knows line and nested block comments, and string literals with escapes, interpolations,
/// several lines and number signs.
struct CodeMask {
    private enum State {
        case code(parentheses: Int)
        case lineComment
        case blockComment(depth: Int)
        case string(isLong: Bool, signs: Int)
    }

    private let input: [UInt8]
    private var output: [UInt8] = []
    private var index = 0
    /// The innermost last; an interpolation puts code on top of its string.
    private var states: [State] = [.code(parentheses: 0)]

    static func masked(_ text: String) -> String {
        var mask = CodeMask(Array(text.utf8))
        mask.run()
        return String(decoding: mask.output, as: UTF8.self)
    }

    private init(_ input: [UInt8]) {
        self.input = input
        output.reserveCapacity(input.count)
    }

    private mutating func run() {
        while index < input.count {
            switch states[states.count - 1] {
            case .code(let parentheses): inCode(parentheses)
            case .lineComment: inLineComment()
            case .blockComment(let depth): inBlockComment(depth)
            case .string(let isLong, let signs): inString(isLong, signs)
            }
        }
    }

    private func starts(_ text: StaticString, at offset: Int = 0) -> Bool {
        let start = index + offset
        guard start + text.utf8CodeUnitCount <= input.count else { return false }
        for position in 0..<text.utf8CodeUnitCount where input[start + position] != text.utf8Start[position] {
            return false
        }
        return true
    }

    private mutating func keep(_ count: Int = 1) {
        output += input[index..<min(index + count, input.count)]
        index += count
    }

    private mutating func blank(_ count: Int = 1) {
        for byte in input[index..<min(index + count, input.count)] {
            output.append(byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
        }
        index += count
    }

    private mutating func set(_ state: State) { states[states.count - 1] = state }

    private mutating func inCode(_ parentheses: Int) {
        if starts("//") {
            states.append(.lineComment)
        } else if starts("/*") {
            states.append(.blockComment(depth: 1))
            blank(2)
        } else if input[index] == UInt8(ascii: "\"") || input[index] == UInt8(ascii: "#") {
            openString()
        } else if input[index] == UInt8(ascii: "(") {
            set(.code(parentheses: parentheses + 1))
            keep()
        } else if input[index] == UInt8(ascii: ")"), parentheses == 0, states.count > 1 {
            states.removeLast()
            keep()
        } else {
            if input[index] == UInt8(ascii: ")") { set(.code(parentheses: max(0, parentheses - 1))) }
            keep()
        }
    }

    private mutating func openString() {
        let signs = input[index...].prefix { $0 == UInt8(ascii: "#") }.count
        guard index + signs < input.count, input[index + signs] == UInt8(ascii: "\"") else {
            return keep(max(1, signs))
        }
        let isLong = starts("\"\"\"", at: signs)
        states.append(.string(isLong: isLong, signs: signs))
        keep(signs + (isLong ? 3 : 1))
    }

    private mutating func inLineComment() {
        if input[index] == UInt8(ascii: "\n") { states.removeLast() }
        blank()
    }

    private mutating func inBlockComment(_ depth: Int) {
        if starts("/*") {
            set(.blockComment(depth: depth + 1))
            blank(2)
        } else if starts("*/") {
            if depth == 1 { states.removeLast() } else { set(.blockComment(depth: depth - 1)) }
            blank(2)
        } else {
            blank()
        }
    }

    private mutating func inString(_ isLong: Bool, _ signs: Int) {
        if input[index] == UInt8(ascii: "\\"), hasSigns(signs, at: 1) {
            let isInterpolation = index + signs + 1 < input.count && input[index + signs + 1] == UInt8(ascii: "(")
            if isInterpolation { states.append(.code(parentheses: 0)) }
            return isInterpolation ? keep(signs + 2) : blank(signs + 2)
        }
        let quotes = isLong ? 3 : 1
        let isEnd = isLong ? starts("\"\"\"") : starts("\"")
        if isEnd, hasSigns(signs, at: quotes) {
            states.removeLast()
            return keep(quotes + signs)
        }
        if !isLong, input[index] == UInt8(ascii: "\n") { states.removeLast() }
        blank()
    }

    private func hasSigns(_ count: Int, at offset: Int) -> Bool {
        (0..<count).allSatisfy { position in
            let at = index + offset + position
            return at < input.count && input[at] == UInt8(ascii: "#")
        }
    }
}
