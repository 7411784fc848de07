import Testing

struct LengthTests {
    private static let longestFile = 500
    private static let longestFunction = 70

    @Test func files() {
        for file in SourceTree.swift where file.lines.count > Self.longestFile + 1 {
            Issue.record(
                "\(file.path) has \(file.lines.count - 1) lines, and \(Self.longestFile) are allowed; move an aspect into Type+Aspect.swift"
            )
        }
    }

    @Test func functions() {
        for file in SourceTree.swift {
            for function in Functions.all(in: file) where function.length > Self.longestFunction {
                Issue.record(
                    "\(file.place(function.line)): a function of \(function.length) lines, and \(Self.longestFunction) are allowed; give its parts names of their own"
                )
            }
        }
    }

    @Test func functionsAreFound() {
        let text = """
            protocol P { func required(_ a: Int) -> Int }
            struct S {
                init(a: Int = f { 1 }) {
                    body()
                }
                func one<T>(
                    _ a: T
                ) throws -> [T] where T: P {
                    if true { "}" }
                }
                var x: Int { 3 }
            }
            """
        let functions = Functions.all(in: SwiftFile(TextFile(path: "x", text: text)))
        #expect(functions.map(\.line) == [2, 5] && functions.map(\.length) == [3, 5])
    }
}

/// Functions and initializers with a body, found by their keyword and braces.
enum Functions {
    struct Found: Hashable {
        let line: Int
        let length: Int
    }

    static func all(in file: SwiftFile) -> [Found] {
        file.code.indices.compactMap { index in
            guard isDeclaration(file.code[index]), let end = end(of: index, in: file.code) else { return nil }
            return Found(line: index, length: end - index + 1)
        }
    }

    private static func isDeclaration(_ line: Substring) -> Bool {
        guard line.contains("func ") || line.contains("init") else { return false }
        let modifiers: Set<Substring> = [
            "public", "private", "fileprivate", "internal", "open", "static", "class", "mutating", "nonmutating",
            "nonisolated", "convenience", "required", "override", "final", "consuming", "borrowing", "isolated",
        ]
        for word in line.split(separator: " ") {
            if word == "func" || word.hasPrefix("init(") || word.hasPrefix("init?(") || word.hasPrefix("init<") {
                return true
            }
            guard modifiers.contains(word) || word.hasPrefix("@") || word.hasSuffix("(set)") else { return false }
        }
        return false
    }

    /// The line of the brace that closes the body; nil when there is no body.
    private static func end(of start: Int, in code: [Substring]) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in start..<code.count {
            if index > start, braces == 0, parentheses == 0, isDeclaration(code[index]) { return nil }
            for byte in code[index].utf8 {
                switch byte {
                case UInt8(ascii: "("), UInt8(ascii: "["): parentheses += 1
                case UInt8(ascii: ")"), UInt8(ascii: "]"): parentheses -= 1
                case UInt8(ascii: "{") where parentheses == 0 || braces > 0: braces += 1
                case UInt8(ascii: "}") where braces > 0:
                    braces -= 1
                    if braces == 0, parentheses == 0 { return index }
                case UInt8(ascii: "}") where parentheses == 0: return nil
                default: break
                }
            }
        }
        return nil
    }
}
