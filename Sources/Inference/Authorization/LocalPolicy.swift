import Biscuit

/// What a node's operator adds to the baseline: the `attenuation` part of the configuration, parsed.
public struct LocalPolicy: Hashable, Sendable {
    /// What a piece of Datalog text is expected to be; the raw value is its name in messages.
    public enum Kind: String, CaseIterable, Sendable {
        case rule
        case policy
        case check
    }

    public private(set) var rules: [Rule] = []
    /// In the order of the file: the first that matches decides, and all of them come before the baseline's.
    public private(set) var policies: [Policy] = []
    public private(set) var checks: [Check] = []

    public init() {}

    public var isEmpty: Bool { rules.isEmpty && policies.isEmpty && checks.isEmpty }

    /// Parses one statement and adds it. A `;` at its end may be left out.
    /// - Throws: where and why the text is not one statement of that kind; nothing is added then.
    public mutating func add(_ kind: Kind, _ source: String) throws(SyntaxError) {
        let parsed = try AuthorizerBuilder(Self.statement(source))
        let found = Self.kinds(in: parsed)
        guard found == [kind.rawValue] else {
            let found = found.isEmpty ? "nothing" : found.joined(separator: " and ")
            throw SyntaxError(line: 1, column: 1, message: "found \(found), expected one \(kind.rawValue)")
        }
        do throws(DatalogError) {
            _ = try parsed.build()
        } catch {
            throw SyntaxError(line: 1, column: 1, message: error.description)
        }
        rules += parsed.rules
        policies += parsed.policies
        checks += parsed.checks
    }

    private static func statement(_ source: String) -> String {
        let end = source.lastIndex { !$0.isWhitespace && $0 != ";" }
        guard let end else { return "" }
        return source[...end] + ";"
    }

    /// What was parsed, one word per statement.
    private static func kinds(in parsed: AuthorizerBuilder) -> [String] {
        var kinds: [String] = []
        kinds += parsed.facts.map { _ in "a fact" }
        kinds += parsed.rules.map { _ in Kind.rule.rawValue }
        kinds += parsed.policies.map { _ in Kind.policy.rawValue }
        kinds += parsed.checks.map { _ in Kind.check.rawValue }
        kinds += parsed.scopes.map { _ in "a scope" }
        return kinds
    }
}
