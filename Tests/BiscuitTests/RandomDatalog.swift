@testable import Biscuit

/// Random blocks and authorizers whose predicates overlap, so that rules fire and checks both hold and fail.
///
/// Expressions never fail with an error: which error is met first depends on the order of facts, and that order is
/// not defined.
struct RandomDatalog {
    var generator: SeededGenerator
    /// Keys scopes may name.
    var keys: [PublicKey] = []

    private let words = ["alpha", "beta", "gamma", "é", "file1", "read", "a b", "x\"y", "back\\slash", ""]

    // MARK: - Blocks

    mutating func block() -> String {
        var lines: [String] = []
        for _ in 0..<1 + generator.below(4) { lines.append(fact()) }
        for _ in 0..<generator.below(3) { lines.append(rule()) }
        for _ in 0..<generator.below(3) { lines.append(check()) }
        return lines.map { $0 + ";\n" }.joined()
    }

    mutating func authorizer() -> String {
        var lines: [String] = []
        for _ in 0..<generator.below(3) { lines.append(fact()) }
        if generator.chance(30) { lines.append(rule()) }
        if generator.chance(30) { lines.append(check()) }
        for _ in 0..<1 + generator.below(2) {
            lines.append((generator.chance(75) ? "allow if " : "deny if ") + body())
        }
        if generator.chance(60) { lines.append("allow if true") }
        return lines.map { $0 + ";\n" }.joined()
    }

    private mutating func fact() -> String {
        switch generator.below(4) {
        case 0: "p(\(integer()))"
        case 1: "q(\(string()), \(integer()))"
        case 2: "r(\(term()))"
        default: "edge(\(generator.below(4)), \(generator.below(4)))"
        }
    }

    private mutating func rule() -> String {
        switch generator.below(5) {
        case 0: "p($y) <- q($x, $y)" + scope()
        case 1: "q($s, $n) <- q($s, $m), p($n), $m < $n" + scope()
        case 2: "path($a, $b) <- edge($a, $b)" + scope()
        case 3: "path($a, $c) <- path($a, $b), edge($b, $c)" + scope()
        default: "p(\(integer())) <- r($x), \(test("$x"))" + scope()
        }
    }

    private mutating func check() -> String {
        let kind = generator.pick(["check if ", "check if ", "check all ", "reject if "])
        // Whether a query of several in `reject if` or all must match is read differently by the two implementations.
        if kind == "reject if " { return kind + body() }
        return kind + body() + (generator.chance(30) ? " or " + body() : "")
    }

    private mutating func body() -> String {
        switch generator.below(7) {
        case 0: "p($x), $x \(generator.pick(["<", ">", "<=", ">=", "==", "!=", "===", "!=="])) \(integer())" + scope()
        case 1: "q($s, $x), $s.contains(\(string()))" + scope()
        case 2: "path($a, $b), $a != $b" + scope()
        case 3: "r($x), \(test("$x"))" + scope()
        case 4: "p(\(integer()))" + scope()
        case 5: "q($s, $x), p($x)" + scope()
        default: closed()
        }
    }

    private mutating func scope() -> String {
        guard generator.chance(35) else { return "" }
        var choices = ["authority", "previous"] + keys.map(\.description)
        choices.shuffle(using: &generator)
        return " trusting " + choices.prefix(1 + generator.below(2)).joined(separator: ", ")
    }

    // MARK: - Terms and expressions

    private mutating func integer() -> String {
        generator.chance(90)
            ? "\(generator.below(6))" : generator.pick(["-1", "9223372036854775807", "-9223372036854775808"])
    }

    private mutating func string() -> String { Term.string(generator.pick(words)).description }

    private mutating func date() -> String { DateText.print(generator.next() % 4_000_000_000) }

    private mutating func bytes() -> String {
        let count = 1 + generator.below(4)
        return "hex:" + Hexadecimal.encode(generator.bytes(count))
    }

    private mutating func term(depth: Int = 0) -> String {
        switch generator.below(depth < 2 ? 9 : 6) {
        case 0: integer()
        case 1: string()
        case 2: date()
        case 3: bytes()
        case 4: generator.pick(["true", "false"])
        case 5: "null"
        case 6: "{\(generator.below(3)), \(3 + generator.below(3))}"
        case 7: "[" + term(depth: depth + 1) + ", " + term(depth: depth + 1) + "]"
        default: "{" + string() + ": " + term(depth: depth + 1) + ", 7: " + term(depth: depth + 1) + "}"
        }
    }

    /// A test of one variable of any type.
    private mutating func test(_ variable: String) -> String {
        switch generator.below(6) {
        case 0:
            "\(variable).type() == \"\(generator.pick(["integer", "string", "set", "map", "array", "null", "date"]))\""
        case 1: "\(variable) == \(term())"
        case 2: "\(variable) != \(term())"
        case 3: "(\(variable).length() > 1).try_or(false)"
        case 4: "(\(variable) + 1 > 2).try_or(\(generator.pick(["true", "false"])))"
        default: "[\(integer()), \(string())].any($v -> $v == \(variable))"
        }
    }

    /// An expression without variables that is a boolean.
    private mutating func closed() -> String {
        let (a, b, c) = (generator.below(9), generator.below(9), 1 + generator.below(8))
        return switch generator.below(8) {
        case 0: "\(a) + \(b) * \(c) > \(generator.below(40))"
        case 1: "!(\(a) - \(b) < \(c)) || \(a) / \(c) == \(b)"
        case 2: "\(string()) + \(string()) != \(string()) && true"
        case 3: "{\(a), \(b)}.union({\(c)}).contains(\(generator.below(9)))"
        case 4: "{\(a), \(b)}.intersection({\(c), \(b)}).length() === 1"
        case 5: "(\(a) & \(b) | \(c)) ^ 1 > 3"
        case 6: "\(string()).starts_with(\(string())) || \(string()).matches(\"^[a-g]+$\")"
        default: "{\"k\": \(a)}.get(\"k\") == \(b) || [\(a), \(b)].all($e -> $e < \(c))"
        }
    }
}
