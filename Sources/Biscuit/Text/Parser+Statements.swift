/// Everything a source text states.
struct ParsedSource {
    var scopes: [Scope] = []
    var facts: [Fact] = []
    var rules: [Rule] = []
    var checks: [Check] = []
    var policies: [Policy] = []
}

extension Parser {
    /// A block: optional scopes, then facts, rules and checks.
    mutating func block() throws(SyntaxError) -> ParsedSource {
        var result = ParsedSource()
        skipSpace()
        let scopes = try self.scopes()
        if !scopes.isEmpty { try endOfStatement() } else { _ = consume(";") }
        result.scopes = scopes
        try statements(into: &result, allowPolicies: false)
        return result
    }

    /// An authorizer: facts, rules, checks and policies.
    mutating func authorizer() throws(SyntaxError) -> ParsedSource {
        var result = ParsedSource()
        try statements(into: &result, allowPolicies: true)
        return result
    }

    private mutating func statements(into result: inout ParsedSource, allowPolicies: Bool) throws(SyntaxError) {
        while true {
            skipSpace()
            if isAtEnd { return }
            if try comment() { continue }
            let start = position
            try statement(into: &result)
            if !allowPolicies && !result.policies.isEmpty {
                throw failure("policies stand in an authorizer, not in a block", at: start)
            }
            try endOfStatement()
        }
    }

    private mutating func statement(into result: inout ParsedSource) throws(SyntaxError) {
        if consumeIgnoringCase("check if") {
            result.checks.append(Check(.one, try queries()))
        } else if consumeIgnoringCase("check all") {
            result.checks.append(Check(.all, try queries()))
        } else if consumeIgnoringCase("reject if") {
            result.checks.append(Check(.reject, try queries()))
        } else if consumeIgnoringCase("allow if") {
            result.policies.append(Policy(.allow, try queries()))
        } else if consumeIgnoringCase("deny if") {
            result.policies.append(Policy(.deny, try queries()))
        } else if let rule = try ruleIfPresent() {
            result.rules.append(rule)
        } else {
            result.facts.append(try fact())
        }
    }

    mutating func endOfStatement() throws(SyntaxError) {
        skipSpace()
        guard consume(";") || isAtEnd else { throw failure("expected ; or the rest of the statement, found \(found)") }
    }

    mutating func endOfSource() throws(SyntaxError) {
        _ = consume(";")
        skipSpace()
        guard isAtEnd else { throw failure("unexpected text after the end: \(found)") }
    }

    private mutating func comment() throws(SyntaxError) -> Bool {
        if consume("//") {
            while let character = peek(), character != 0x0A, character != 0x0D { position += 1 }
            return true
        }
        let start = position
        guard consume("/*") else { return false }
        while !isAtEnd {
            if consume("*/") { return true }
            position += 1
        }
        throw failure("the comment is not closed", at: start)
    }

    // MARK: - Facts and rules

    mutating func fact() throws(SyntaxError) -> Fact {
        skipSpace()
        guard let name = name() else { throw failure("expected a fact, rule or check, found \(found)") }
        let terms = try arguments(.fact)
        let fact = Fact(name, terms)
        if terms.contains(where: \.containsVariable) { throw failure("a fact cannot contain variables") }
        return fact
    }

    /// A rule, or `nil` without moving when what stands here has no arrow.
    mutating func ruleIfPresent() throws(SyntaxError) -> Rule? {
        skipSpace()
        let start = position
        guard let name = name() else { return nil }
        skipSpace()
        guard peek() == UInt8(ascii: "(") else {
            position = start
            return nil
        }
        let head = Predicate(name, try arguments(.rule))
        skipSpace()
        guard consume("<-") else {
            position = start
            return nil
        }
        let rule = try ruleBody(head: head)
        if let variable = rule.unboundHeadVariables.first {
            throw failure("$\(variable) in the head of the rule is bound by no predicate of its body", at: start)
        }
        return rule
    }

    private mutating func arguments(_ context: TermContext) throws(SyntaxError) -> [Term] {
        try expect("(", "(")
        var terms: [Term] = []
        repeat {
            terms.append(try term(context))
            skipSpace()
        } while consume(",")
        try expect(")", ", or )")
        return terms
    }

    /// The queries of a check or policy, separated by `or`.
    mutating func queries() throws(SyntaxError) -> [Rule] {
        var queries: [Rule] = []
        repeat {
            queries.append(try ruleBody(head: Predicate("query", [])))
            skipSpace()
        } while consumeIgnoringCase("or")
        return queries
    }

    private mutating func ruleBody(head: Predicate) throws(SyntaxError) -> Rule {
        var rule = Rule(head: head, body: [])
        repeat {
            if let predicate = try predicateIfPresent() {
                rule.body.append(predicate)
            } else {
                rule.expressions.append(try expression())
            }
            skipSpace()
        } while consume(",")
        rule.scopes = try scopes()
        return rule
    }

    private mutating func predicateIfPresent() throws(SyntaxError) -> Predicate? {
        skipSpace()
        let start = position
        if let name = name() {
            skipSpace()
            if peek() == UInt8(ascii: "(") { return Predicate(name, try arguments(.rule)) }
        }
        position = start
        return nil
    }

    // MARK: - Scopes

    mutating func scopes() throws(SyntaxError) -> [Scope] {
        let start = position
        skipSpace()
        guard consume("trusting") else {
            position = start
            return []
        }
        var scopes: [Scope] = []
        repeat {
            skipSpace()
            scopes.append(try scope())
            skipSpace()
        } while consume(",")
        return scopes
    }

    private mutating func scope() throws(SyntaxError) -> Scope {
        if consume("authority") { return .authority }
        if consume("previous") { return .previous }
        let start = position
        for algorithm in Algorithm.allCases {
            guard algorithm == .ed25519 ? consume("ed25519/") : consume("secp256r1/") else { continue }
            let bytes = try hexadecimal()
            do {
                return .publicKey(try PublicKey(algorithm: algorithm, bytes: bytes))
            } catch {
                throw failure(error.description, at: start)
            }
        }
        guard consume("{"), let name = name(), consume("}") else {
            throw failure("expected authority, previous or a public key, found \(found)", at: start)
        }
        guard let key = keys[name] else { throw failure("no key was given for the parameter {\(name)}", at: start) }
        return .publicKey(key)
    }
}
