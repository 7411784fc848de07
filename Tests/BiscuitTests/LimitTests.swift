import Testing

@testable import Biscuit

/// Every limit is reached with an input made for it, and each is a refusal with a reason.
struct LimitTests {
    private let root: KeyPair

    init() throws {
        root = try KeyPair(seed: [UInt8](repeating: 1, count: 32))
    }

    private func key(_ number: UInt8) throws -> KeyPair {
        try KeyPair(seed: [UInt8](repeating: number, count: 32))
    }

    private func token(_ source: String, limits: TokenLimits = .default) throws -> Token {
        try Token.mint(root: root, authority: BlockBuilder(source), nextKey: key(2), limits: limits)
    }

    private func evaluate(_ source: String, _ limits: RunLimits) -> ExecutionError? {
        do {
            var builder = try AuthorizerBuilder(source)
            builder.limits = limits
            _ = try builder.build().authorize(nil)
            return nil
        } catch let error as ExecutionError {
            return error
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    // MARK: - Tokens

    @Test func tokenSize() throws {
        let token = try token("f(\"\(String(repeating: "x", count: 1_000))\");")
        #expect(throws: TokenError.limitReached(.bytes(1_000))) {
            try Token.parse(token.bytes, limits: TokenLimits(maxBytes: 1_000))
        }
        #expect(throws: TokenError.limitReached(.bytes(1_000))) {
            try Token.parse(text: token.text, limits: TokenLimits(maxBytes: 1_000))
        }
        #expect(try Token.parse(token.bytes).bytes == token.bytes)
    }

    @Test func blockCount() throws {
        let limits = TokenLimits(maxBlocks: 3)
        var token = try token("f(1);", limits: limits)
        for number in 3...4 as ClosedRange<UInt8> {
            token = try token.append(BlockBuilder("g(1);"), nextKey: key(number))
        }
        #expect(try token.verify(root: root.publicKey).token.blockCount == 3)
        #expect(throws: TokenError.limitReached(.blocks(3))) {
            try token.append(BlockBuilder("g(1);"), nextKey: key(5))
        }
        #expect(throws: TokenError.limitReached(.blocks(2))) {
            try Token.parse(token.bytes, limits: TokenLimits(maxBlocks: 2))
        }
        #expect(TokenLimits(maxBlocks: 1_000).maxBlocks == 63)
    }

    @Test(arguments: [false, true])
    func nestingInTokens(_ isClosure: Bool) throws {
        let limits = TokenLimits(maxNesting: 4)
        for depth in 1...8 {
            let source =
                isClosure
                ? "check if " + String(repeating: "true || (", count: depth) + "true"
                    + String(repeating: ")", count: depth)
                : "f(" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + ")"
            let token = try token(source)
            let parsed = try Token.parse(token.bytes, limits: limits)
            if depth <= 4 {
                #expect(throws: Never.self) { try parsed.verify(root: root.publicKey) }
            } else {
                #expect(throws: TokenError.limitReached(.nesting(4))) { try parsed.verify(root: root.publicKey) }
            }
        }
    }

    // MARK: - Source text

    @Test(arguments: ["(", "[", "!", "{1: ", "true || (", "[1].any($p -> "])
    func nestingInSource(_ opening: String) {
        let deep = "check if " + String(repeating: opening, count: 10_000)
        let error = #expect(throws: SyntaxError.self) { try AuthorizerBuilder(deep) }
        #expect(error?.message.contains("levels deep") == true)
    }

    @Test func sourceSize() {
        #expect(throws: SyntaxError.self) { try BlockBuilder("f(1);", limits: SourceLimits(maxBytes: 4)) }
    }

    @Test func nestingOfHostTerms() throws {
        var term = Term.integer(1)
        for _ in 0..<1_000 { term = .array([term]) }
        var builder = AuthorizerBuilder()
        builder.facts = [Fact("f", term)]
        #expect(throws: DatalogError.nesting(32)) { try builder.build() }
    }

    @Test func nestingOfRequestFactsAndHostFunctions() throws {
        let deep = (0..<10_000).reduce(Term.integer(1)) { term, _ in .array([term]) }
        var builder = try AuthorizerBuilder("check if 1.extern::deep() == 1; allow if true;")
        builder.register("deep") { (_, _) throws(HostFunctionError) in deep }
        let bound = try builder.build().bind(nil)
        #expect(throws: ExecutionError.limitReached(.nesting(32))) { try bound.authorize() }
        #expect(throws: ExecutionError.limitReached(.nesting(32))) { try bound.authorize(facts: [Fact("f", deep)]) }
    }

    // MARK: - Evaluation

    @Test func facts() {
        let source = (0..<50).map { "f(\($0));" }.joined()
        #expect(evaluate(source, RunLimits(maxFacts: 49)) == .limitReached(.facts(49)))
        #expect(evaluate(source, RunLimits(maxFacts: 50)) == nil)
        #expect(evaluate(source + "g($x, $y) <- f($x), f($y);", RunLimits(maxFacts: 999)) == .limitReached(.facts(999)))
    }

    @Test func iterations() {
        let chain = (0..<30).map { "edge(\($0), \($0 + 1));" }.joined()
        let source = chain + "path($a, $b) <- edge($a, $b); path($a, $c) <- edge($a, $b), path($b, $c);"
        #expect(evaluate(source, RunLimits(maxIterations: 10)) == .limitReached(.iterations(10)))
        #expect(evaluate(source, RunLimits(maxIterations: 50)) == nil)
    }

    @Test func steps() {
        let source =
            (0..<60).map { "f(\($0));" }.joined() + "check if f($a), f($b), f($c), f($d), $a + $b + $c + $d < 0;"
        #expect(evaluate(source, RunLimits(maxSteps: 100_000)) == .limitReached(.steps(100_000)))
    }

    /// Wide facts, long bodies and many rounds cost steps too.
    @Test func wideFactsAndLongBodies() {
        let row = Array(repeating: "1", count: 2_000).joined(separator: ", ")
        let body = Array(repeating: "f(\(row))", count: 100).joined(separator: ", ")
        #expect(evaluate("f(\(row)); g(1) <- \(body);", RunLimits(maxSteps: 20_000)) == .limitReached(.steps(20_000)))
        let names = Array(repeating: "f($x)", count: 1_000).joined(separator: ", ")
        let rules = Array(repeating: "g($x) <- \(names), h($x);", count: 30).joined()
        #expect(evaluate("f(1);" + rules, RunLimits(maxSteps: 20_000)) == .limitReached(.steps(20_000)))
    }

    @Test func createdStrings() {
        let long = String(repeating: "x", count: 1_000)
        let doubled = (0..<20).reduce("\"\(long)\"") { text, _ in "(\(text) + \"\(long)\")" }
        let limits = RunLimits(maxCreatedBytes: 10_000)
        #expect(evaluate("check if \(doubled).length() > 0;", limits) == .limitReached(.createdBytes(10_000)))
        #expect(
            evaluate("check if \(doubled).try_or(\"\").length() > 0;", limits) == .limitReached(.createdBytes(10_000)))
    }

    @Test(arguments: ["(a{1000}){1000}", "((){1000000000})", "[a-z]{100000}", "(((a*)*)*)*b{4000000000}"])
    func regexSize(_ pattern: String) {
        let limits = RunLimits(maxRegexInstructions: 1_000)
        #expect(evaluate("check if \"x\".matches(\"\(pattern)\");", limits) == .limitReached(.regexInstructions(1_000)))
    }

    /// Patterns that take backtracking engines exponential time.
    @Test(arguments: ["(a+)+$", "(a|aa)+$", "(a*)*c", "(.*a){12}b", "a?a?a?a?a?a?a?a?a?a?aaaaaaaaaa$"])
    func regexTime(_ pattern: String) {
        let text = String(repeating: "a", count: 5_000) + "b"
        #expect(evaluate("check if \"\(text)\".matches(\"\(pattern)\") || true; allow if true;", .default) == nil)
    }

    @Test func longBodiesDoNotRecurse() {
        let source =
            "f(1); check if " + Array(repeating: "f(1)", count: 20_000).joined(separator: ", ") + "; allow if true;"
        #expect(evaluate(source, .default) == nil)
    }

    /// Printing is bounded although a short token can name a long string many times.
    @Test func printedText() throws {
        let name = String(repeating: "x", count: 10_000)
        let source = "check if " + Array(repeating: "{name} == {name}", count: 400).joined(separator: ", ") + ";"
        let block = try BlockBuilder(source, parameters: ["name": .string(name)])
        let token = try Token.mint(root: root, authority: block, nextKey: key(2))
        let printed = try token.blockSource(0)
        #expect(printed.utf8.count <= Printer.maxBytes + 3)
        #expect(printed.hasSuffix("…"))
    }
}
