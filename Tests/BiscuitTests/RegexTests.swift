import Foundation
import Testing

@testable import Biscuit

struct RegexTests {
    private func matches(_ pattern: String, _ text: String) -> String {
        do {
            let regex = try Regex(pattern, maxInstructions: 5_000)
            return "\(regex.matches(text) { _ in })"
        } catch {
            switch error {
            case .invalid: return "invalid"
            case .unsupported: return "unsupported"
            case .tooLarge: return "too large"
            }
        }
    }

    @Test(arguments: [
        ("", "", true), ("a", "ba", true), ("^a", "ba", false), ("a$", "ba", true), ("a$", "a\n", false),
        ("(?m)a$", "a\n", true), ("(?m)^b", "a\nb", true), (".", "\n", false), ("(?s).", "\n", true),
        ("a*c?.e", "aaabde", true), ("^(ab|cd)+$", "abcdab", true), ("^(ab|cd)+$", "abc", false),
        ("^[a-c-]+$", "a-c", true), ("^[^a-c]$", "d", true), ("^[]a]+$", "]a", true), ("[[:alpha:]]", "1a", true),
        ("^[a-z&&[^aeiou]]+$", "xyz", true), ("^[a-z&&[^aeiou]]+$", "xyze", false), ("^[a-z--[aeiou]]$", "e", false),
        ("^\\d{2,3}$", "12", true), ("^\\d{2,3}$", "1234", false), ("^\\w+$", "é_1", true), ("\\s", "a\u{00A0}b", true),
        ("^\\D+$", "a1", false), ("\\bfoo\\b", "a foo b", true), ("\\bfoo\\b", "afoob", false), ("\\Boo", "foo", true),
        ("(?i)STRASSE", "strasse", true), ("(?i)É", "é", true), ("(?i:a)b", "AB", false),
        ("^\\p{Lu}\\p{Ll}+$", "Élan", true),
        ("^\\P{L}$", "1", true), ("\\x41\\u0042\\x{43}", "ABC", true), ("(?P<name>a)(?<other>b)", "ab", true),
        ("a{0}b", "b", true), ("^(a?){3}$", "aa", true), ("\\.\\*\\[", ".*[", true), ("😁+", "😁😁", true),
        ("x*?y", "xxy", true), ("\\Aab\\z", "ab", true), ("^}]$", "}]", true),
    ])
    func patterns(_ pattern: String, _ text: String, _ expected: Bool) {
        #expect(matches(pattern, text) == "\(expected)", "\(pattern) on \(text)")
    }

    @Test(arguments: [
        "(", ")", "[", "a)", "*", "+a", "?", "a{2,1}", "a{", "a{x}", "[z-a]", "[a", "\\", "\\1", "(?=a)", "(?!a)",
        "(?<=a)",
        "(?P<1>a)", "(?P<a>b)(?P<a>c)", "(?q)", "\\e", "[[:nope:]]", "\\x{110000}", "(?)", "{1}", "[\\b]",
    ])
    func invalidPatterns(_ pattern: String) {
        #expect(matches(pattern, "a") == "invalid", "\(pattern)")
    }

    /// What the reference accepts and we do not is an error of the evaluation, never a quiet "no match".
    @Test(arguments: ["(?x)a", "\\p{Greek}", "(?-u)a", "\\b{start}a", "a{,3}"])
    func unsupportedPatterns(_ pattern: String) throws {
        #expect(matches(pattern, "a") == "unsupported", "\(pattern)")
        let authorizer = try AuthorizerBuilder(
            "check if \"a\".matches({p}) || true; allow if true;", parameters: ["p": .string(pattern)]
        ).build()
        #expect(throws: ExecutionError.self) { try authorizer.authorize(nil) }
    }
}

/// Random patterns on random texts, beside the reference implementation.
@Suite(.enabled(if: ReferencePeer.isPresent, ReferencePeer.missing))
struct RegexInteropTests {
    private struct PatternGenerator {
        var generator: SeededGenerator

        mutating func pattern(_ depth: Int = 0) -> String {
            let count = 1 + generator.below(3)
            let parts = (0..<count).map { _ in piece(depth) }
            let sequence = parts.joined()
            return generator.chance(15) && depth < 3 ? sequence + "|" + pattern(depth + 1) : sequence
        }

        private mutating func piece(_ depth: Int) -> String {
            let atom = atom(depth)
            guard generator.chance(35) else { return atom }
            return atom + generator.pick(["*", "+", "?", "*?", "{2}", "{1,2}", "{2,}", "{0,3}?"])
        }

        private mutating func atom(_ depth: Int) -> String {
            switch generator.below(depth < 3 ? 10 : 6) {
            case 0...2: generator.pick(["a", "b", "1", "é", "-", "_", " ", "\\.", "\\n", "Z"])
            case 3: generator.pick([".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "\\pL", "\\p{Nd}"])
            case 4: generator.pick(["^", "$", "\\b", "\\B", "\\A", "\\z", "(?i)", "(?m)", "(?s)"])
            case 5: set()
            case 6: "(?i:" + pattern(depth + 1) + ")"
            case 7: "(?:" + pattern(depth + 1) + ")"
            default: "(" + pattern(depth + 1) + ")"
            }
        }

        private mutating func set() -> String {
            let parts = ["a", "b-z", "0-9", "\\w", "é", "[^a-f]", "[:upper:]", "A-Z", "_", "\\d"]
            let inside = (0..<1 + generator.below(3)).map { _ in
                let part = generator.pick(parts)
                return part.hasPrefix("[:") ? "[" + part + "]" : part
            }
            let tail =
                generator.chance(20)
                ? generator.pick(["&&", "--", "~~"]) + "[" + generator.pick(["a-m", "1b", "\\w"]) + "]" : ""
            return "[" + (generator.chance(25) ? "^" : "") + inside.joined() + tail + "]"
        }

        mutating func text() -> String {
            let count = generator.below(8)
            return (0..<count).map { _ in
                generator.pick(["a", "b", "c", "A", "Z", "é", "É", "1", "_", "-", " ", "\n", ".", "😁"])
            }
            .joined()
        }
    }

    @Test func randomPatterns() throws {
        var expressions: [String] = []
        for seed in 1...3_000 as ClosedRange<UInt64> {
            var random = PatternGenerator(generator: SeededGenerator(seed: seed))
            let pattern = Term.string(random.pattern()).description
            expressions.append("\(Term.string(random.text()).description).matches(\(pattern))")
        }
        let answer = try #require(ReferencePeer.ask([["op": "evaluate", "expressions": expressions]]).first)
        var differences: [String] = []
        for (expression, theirs) in zip(expressions, answer["outcomes"].strings) {
            let ours = try AuthorizerBuilder("check if \(expression); allow if true;").build().authorize(nil).isAllowed
            if "\(ours)" != theirs { differences.append("\(expression): \(ours), expected \(theirs)") }
        }
        print("regular expressions: seeds 1...3000, \(differences.count) differ from the reference")
        #expect(answer["outcomes"].strings.count == expressions.count)
        for difference in differences.prefix(20) { Issue.record(Comment(rawValue: difference)) }
    }
}
