/// The content of an authorizer: facts, rules, checks and policies of the host.
public struct AuthorizerBuilder: Sendable {
    /// What the host knows independently of a request.
    public var facts: [Fact] = []
    /// What follows from facts.
    public var rules: [Rule] = []
    /// What every authorization must meet.
    public var checks: [Check] = []
    /// Tried in order; the first with a matching query decides.
    public var policies: [Policy] = []
    /// The default scope of the authorizer's rules, checks and policies.
    public var scopes: [Scope] = []
    /// The bounds every evaluation keeps to.
    public var limits = RunLimits.default
    private(set) var functions: [String: HostFunction] = [:]

    /// An empty authorizer, which allows nothing.
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
        let parsed = try parser.authorizer()
        facts += parsed.facts
        rules += parsed.rules
        checks += parsed.checks
        policies += parsed.policies
    }

    /// Makes `function` callable as `.extern::name(…)`, replacing one of the same name.
    public mutating func register(_ name: String, _ function: @escaping HostFunction) {
        functions[name] = function
    }

    /// The content as Datalog text, without the default scope, which has no text form.
    public var source: String {
        Printer.print { printer in
            printer.statements(facts: facts, rules: rules, checks: checks)
            for policy in policies { printer.line { $0.policy(policy) } }
        }
    }

    /// Compiles everything once; the result serves any number of tokens and requests.
    public func build() throws(DatalogError) -> Authorizer {
        try Authorizer(self)
    }

    /// The content without policies, as a block.
    var block: BlockBuilder {
        var block = BlockBuilder()
        block.facts = facts
        block.rules = rules
        block.checks = checks
        block.scopes = scopes
        return block
    }
}
