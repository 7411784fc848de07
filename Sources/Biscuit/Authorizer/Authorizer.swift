/// A compiled authorizer: a value, reusable from any thread.
///
/// Compile once per configuration, bind once per token, authorize once per request:
///
/// ```swift
/// let authorizer = try AuthorizerBuilder("allow if group($g), right($g);").build()
/// let bound = try authorizer.bind(token)
/// let decision = try bound.authorize(facts: [Fact("right", "research")])
/// ```
public struct Authorizer: Sendable {
    /// The bounds every evaluation keeps to.
    public var limits: RunLimits { builder.limits }
    private let content: Content

    /// Shared by everything that is bound to the authorizer, so that a request copies one reference.
    private final class Content: Sendable {
        let builder: AuthorizerBuilder
        let program: Program
        let checkSources: [String]
        let policySources: [String]

        init(_ builder: AuthorizerBuilder, _ program: Program) {
            self.builder = builder
            self.program = program
            checkSources = builder.checks.map(\.description)
            policySources = builder.policies.map(\.description)
        }
    }

    var builder: AuthorizerBuilder { content.builder }
    var program: Program { content.program }
    var checkSources: [String] { content.checkSources }
    var policySources: [String] { content.policySources }

    init(_ builder: AuthorizerBuilder) throws(DatalogError) {
        try Validation.check(
            facts: builder.facts, rules: builder.rules,
            queries: builder.checks.flatMap(\.queries) + builder.policies.flatMap(\.queries),
            maxNesting: SourceLimits.default.maxNesting)
        content = Content(builder, try Self.compile(builder))
    }

    private static func compile(_ builder: AuthorizerBuilder) throws(DatalogError) -> Program {
        var symbols = SymbolTable()
        let block = symbols.lower(builder.block)
        let policies = builder.policies.map { symbols.lower($0) }
        var compiler = Compiler(symbols)
        do {
            try compiler.add(block, symbols, isShared: true, origin: .authorizer)
            for policy in policies { try compiler.add(policy, scopes: block.scopes) }
        } catch {
            // Validation found nothing, and every symbol was added a moment ago.
            throw .variableInCollection(error.reason)
        }
        return compiler.program
    }

    /// Joins the authorizer with a token (or none), once per link; only the Datalog is left to do per request.
    public func bind(_ token: VerifiedToken?) throws(ExecutionError) -> BoundAuthorizer {
        try BoundAuthorizer(self, token?.blocks)
    }

    /// Decides about a token together with the facts of a request.
    public func authorize(_ token: VerifiedToken?, facts: [Fact] = []) throws(ExecutionError) -> Authorization {
        try bind(token).authorize(facts: facts)
    }
}

/// An authorizer joined with a token: a value, reusable from any thread.
public struct BoundAuthorizer: Sendable {
    let authorizer: Authorizer
    let blocks: BlockSet?
    /// Loaded with the facts of both, before any rule was applied.
    private let machine: Machine

    init(_ authorizer: Authorizer, _ blocks: BlockSet?) throws(ExecutionError) {
        self.authorizer = authorizer
        self.blocks = blocks
        var program = authorizer.program
        if let blocks {
            program.join(blocks.program, externalKeys: blocks.externalKeys)
        } else {
            program.settleTrust([])
        }
        machine = try Machine(program, limits: authorizer.limits, functions: authorizer.builder.functions)
    }

    /// Adds the facts of a request, derives everything and decides.
    public func authorize(facts: [Fact] = []) throws(ExecutionError) -> Authorization {
        try evaluate(facts: facts).authorize()
    }

    /// Adds the facts of a request and derives everything; the result can be asked for the decision and the facts.
    public func evaluate(facts: [Fact] = []) throws(ExecutionError) -> Evaluation {
        var machine = machine
        for fact in facts { try machine.add(fact) }
        try machine.saturate()
        return Evaluation(authorizer: authorizer, blocks: blocks, machine: machine)
    }

    /// Continues an evaluation from the facts of a snapshot.
    func resume(_ facts: [(OriginSet, Fact)], iterations: Int) throws(ExecutionError) -> Evaluation {
        var machine = machine
        for (origin, fact) in facts { try machine.add(fact, origin: origin) }
        try machine.continueCounting(from: iterations)
        try machine.saturate()
        return Evaluation(authorizer: authorizer, blocks: blocks, machine: machine)
    }
}
