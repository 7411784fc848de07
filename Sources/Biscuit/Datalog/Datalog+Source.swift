extension Fact {
    /// Parses one fact, for example `right("file1", "read")`.
    public init(
        source: String, parameters: [String: Term] = [:], limits: SourceLimits = .default
    ) throws(SyntaxError) {
        var parser = try Parser(source, parameters: parameters, limits: limits)
        self = try parser.fact()
        try parser.endOfSource()
    }
}

extension Rule {
    /// Parses one rule, for example `data($file) <- right($file, "read")`.
    public init(
        source: String, parameters: [String: Term] = [:], keys: [String: PublicKey] = [:],
        limits: SourceLimits = .default
    ) throws(SyntaxError) {
        var parser = try Parser(source, parameters: parameters, keys: keys, limits: limits)
        guard let rule = try parser.ruleIfPresent() else { throw parser.failure("expected a rule") }
        self = rule
        try parser.endOfSource()
    }
}

extension Check {
    /// Parses one check, for example `check if group("research")`.
    public init(
        source: String, parameters: [String: Term] = [:], keys: [String: PublicKey] = [:],
        limits: SourceLimits = .default
    ) throws(SyntaxError) {
        var parser = try Parser(source, parameters: parameters, keys: keys, limits: limits)
        let parsed = try parser.authorizer()
        guard parsed.facts.isEmpty, parsed.rules.isEmpty, parsed.policies.isEmpty, parsed.checks.count == 1 else {
            throw parser.failure("expected exactly one check", at: 0)
        }
        self = parsed.checks[0]
    }
}

extension Policy {
    /// Parses one policy, for example `allow if user("alice")`.
    public init(
        source: String, parameters: [String: Term] = [:], keys: [String: PublicKey] = [:],
        limits: SourceLimits = .default
    ) throws(SyntaxError) {
        var parser = try Parser(source, parameters: parameters, keys: keys, limits: limits)
        let parsed = try parser.authorizer()
        guard parsed.facts.isEmpty, parsed.rules.isEmpty, parsed.checks.isEmpty, parsed.policies.count == 1 else {
            throw parser.failure("expected exactly one policy", at: 0)
        }
        self = parsed.policies[0]
    }
}
