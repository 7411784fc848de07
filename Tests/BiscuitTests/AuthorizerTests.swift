import Testing

@testable import Biscuit

/// Authorizers as a mesh node uses them: bound to a token once, asked per request.
struct AuthorizerTests {
    private let token: VerifiedToken
    private let root: KeyPair

    init() throws {
        root = try KeyPair(seed: [UInt8](repeating: 1, count: 32))
        let block = try BlockBuilder(
            """
            node("12D3KooWpeer"); client_peer_id("12D3KooWpeer"); user("alice"); group("research"); role("member");
            label("team", "vision"); granted_service_exact("inference", "llama");
            granted_service_set("inference", ["qwen", "mistral"]); expiration(2030-01-01T00:00:00Z);
            check if time($t), expiration($e), $t <= $e;
            check if client_peer_id($p), connection($p);
            """)
        let next = try KeyPair(seed: [UInt8](repeating: 2, count: 32))
        token = try Token.mint(root: root, authority: block, nextKey: next).verify(root: root.publicKey)
    }

    private static let policies = """
        granted($type, $name) <- granted_service_exact($type, $name);
        granted($type, $name) <- service($type, $name), granted_service_set($type, $names), $names.contains($name);
        deny if user($u), banned($u);
        allow if service($type, $name), granted($type, $name);
        allow if group("admin");
        """

    private func request(_ name: String, at date: UInt64 = 1_800_000_000, peer: String = "12D3KooWpeer") -> [Fact] {
        [
            Fact("service", "inference", .string(name)), Fact("time", .date(date)), Fact("connection", .string(peer)),
        ]
    }

    @Test func requestsOfOneLink() throws {
        let bound = try AuthorizerBuilder(Self.policies).build().bind(token)
        for name in ["llama", "qwen", "mistral"] {
            #expect(try bound.authorize(facts: request(name)).isAllowed, "\(name)")
        }
        let unknown = try bound.authorize(facts: request("gpt"))
        #expect(!unknown.isAllowed && unknown.policy == nil && unknown.failedChecks.isEmpty)
        let banned = try bound.authorize(facts: request("llama") + [Fact("banned", "alice")])
        #expect(banned.policy?.kind == .deny && banned.policy?.source == "deny if user($u), banned($u)")
    }

    @Test func everyFailedCheckIsReported() throws {
        let bound = try AuthorizerBuilder(Self.policies + "check if never(1);").build().bind(token)
        let result = try bound.authorize(facts: request("llama", at: 2_000_000_000, peer: "other"))
        #expect(!result.isAllowed)
        #expect(result.policy?.kind == .allow)
        #expect(
            result.failedChecks.map { "\($0.origin) \($0.index): \($0.source)" } == [
                "the authorizer 0: check if never(1)",
                "block 0 0: check if time($t), expiration($e), $t <= $e",
                "block 0 1: check if client_peer_id($p), connection($p)",
            ])
        #expect(result.description.contains("check 0 of the authorizer failed: check if never(1)"))
    }

    @Test func requestsDoNotSeeEachOther() throws {
        let bound = try AuthorizerBuilder("allow if right($r);").build().bind(token)
        let facts = request("llama")
        #expect(try bound.authorize(facts: facts + [Fact("right", 1)]).isAllowed)
        #expect(try bound.authorize(facts: facts).policy == nil)
    }

    @Test func queries() throws {
        let evaluation = try AuthorizerBuilder(Self.policies).build().bind(token).evaluate(
            facts: request("qwen") + [Fact("unmentioned", "here", 7)])
        #expect(
            try evaluation.query(Rule(source: "data($n) <- granted($t, $n)")).map(\.terms) == [["llama"], ["qwen"]])
        #expect(try evaluation.query(Rule(source: "data($n) <- unmentioned($h, $n)")) == [Fact("data", 7)])
        #expect(try evaluation.query(Rule(source: "data($n) <- nothing($n)")).isEmpty)
        #expect(
            try evaluation.query(Rule(source: "data($g) <- group($g)")).map(\.description) == ["data(\"research\")"])
    }

    @Test func worldTellsOrigins() throws {
        let evaluation = try AuthorizerBuilder(Self.policies).build().bind(token).evaluate(facts: request("qwen"))
        let derived = evaluation.world.facts.first { $0.origins == [.authorizer, .block(0)] }
        #expect(
            derived?.facts.map(\.description).sorted() == [
                "granted(\"inference\", \"llama\")", "granted(\"inference\", \"qwen\")",
            ])
        #expect(evaluation.world.checks.map(\.origin) == [.block(0)])
        #expect(evaluation.world.description.contains("// facts from the authorizer, block 0\n"))
    }

    @Test func factsOfTheTokenAreReadable() throws {
        #expect(token.authorityFacts.first { $0.name == "user" }?.terms == ["alice"])
        #expect(token.authorityFacts.count == 9)
    }

    @Test func hostFunctions() throws {
        var builder = try AuthorizerBuilder(
            "check if 20.extern::double() == 40, \"a\".extern::join(\"b\") == \"ab\"; allow if true;")
        builder.register("double") { (value, argument) throws(HostFunctionError) in
            guard case .integer(let number) = value, argument == nil else { throw HostFunctionError("an integer") }
            return .integer(number &* 2)
        }
        builder.register("join") { (value, argument) throws(HostFunctionError) in
            guard case .string(let left) = value, case .string(let right)? = argument else {
                throw HostFunctionError("two strings")
            }
            return .string(left + right)
        }
        #expect(try builder.build().authorize(nil).isAllowed)
        try builder.add("check if true.extern::double();")
        #expect(throws: ExecutionError.functionFailed("double", "an integer")) { try builder.build().authorize(nil) }
        let unknown = try AuthorizerBuilder("check if true.extern::nothing(); allow if true;").build()
        #expect(throws: ExecutionError.unknownFunction("nothing")) { try unknown.authorize(nil) }
    }

    /// The specification: the check fails when any of its queries matches.
    @Test func rejectIfWithAlternatives() throws {
        for (fact, isAllowed) in [("a(1);", false), ("b(1);", false), ("c(1);", true)] {
            let authorizer = try AuthorizerBuilder(fact + "reject if a(1) or b(1); allow if true;").build()
            #expect(try authorizer.authorize(nil).isAllowed == isAllowed, "\(fact)")
        }
    }

    @Test func factsWithVariablesAreRefused() throws {
        var builder = AuthorizerBuilder()
        builder.facts = [Fact("f", .array([.variable("x")]))]
        #expect(throws: DatalogError.self) { try builder.build() }
        let bound = try AuthorizerBuilder("allow if true;").build().bind(nil)
        #expect(throws: ExecutionError.self) { try bound.authorize(facts: [Fact("f", .variable("x"))]) }
    }

    /// Derivations over several rounds give the same facts as a plain closure.
    @Test func transitiveClosure() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let edges = Set((0..<12).map { _ in [generator.below(8), generator.below(8)] }).sorted {
                $0.lexicographicallyPrecedes($1)
            }
            var reachable = Set(edges)
            while true {
                let more = reachable.flatMap { path in edges.filter { $0[0] == path[1] }.map { [path[0], $0[1]] } }
                if reachable.isSuperset(of: more) { break }
                reachable.formUnion(more)
            }
            let source =
                edges.map { "edge(\($0[0]), \($0[1]));" }.joined()
                + "path($a, $b) <- edge($a, $b); path($a, $c) <- path($a, $b), path($b, $c);"
            let evaluation = try AuthorizerBuilder(source).build().bind(nil).evaluate()
            let paths = try evaluation.query(Rule(source: "p($a, $b) <- path($a, $b)")).map(\.description).sorted()
            #expect(paths == reachable.map { "p(\($0[0]), \($0[1]))" }.sorted(), "seed \(seed)")
        }
    }
}
