/// The content of a block to mint, append or sign, and of one that was read.
public struct BlockBuilder: Sendable, Hashable {
    /// What the block states.
    public var facts: [Fact] = []
    /// What follows from facts.
    public var rules: [Rule] = []
    /// What every authorization with the token must meet.
    public var checks: [Check] = []
    /// The default scope of the block's rules and checks.
    public var scopes: [Scope] = []
    /// Free text kept beside the Datalog; it has no effect on authorization.
    public var context: String?

    /// An empty block.
    public init() {}

    /// Parses Datalog text. `{name}` stands for the term or, after `trusting`, the key of that name.
    public init(
        _ source: String, parameters: [String: Term] = [:], keys: [String: PublicKey] = [:],
        limits: SourceLimits = .default
    ) throws(SyntaxError) {
        try add(source, parameters: parameters, keys: keys, limits: limits)
    }

    /// Adds Datalog text to what is already there.
    public mutating func add(
        _ source: String, parameters: [String: Term] = [:], keys: [String: PublicKey] = [:],
        limits: SourceLimits = .default
    ) throws(SyntaxError) {
        var parser = try Parser(source, parameters: parameters, keys: keys, limits: limits)
        let parsed = try parser.block()
        facts += parsed.facts
        rules += parsed.rules
        checks += parsed.checks
        scopes += parsed.scopes
    }

    /// The block as Datalog text that parses to the same block.
    public var source: String {
        Printer.print { $0.statements(facts: facts, rules: rules, checks: checks, scopes: scopes) }
    }

    /// Refuses content the host put together that a verifier would refuse.
    func validate(block index: Int, _ limits: TokenLimits) throws(TokenError) {
        do {
            try Validation.check(
                facts: facts, rules: rules, queries: checks.flatMap(\.queries), maxNesting: limits.maxNesting)
        } catch {
            throw .invalidBlock(block: index, error.description)
        }
    }
}
