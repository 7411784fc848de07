import Biscuit

/// The token of a member of a mesh, the policies every host applies, and one request: what a node does all day.
///
/// The vocabulary and the policies are SAM's.
struct Workload {
    static let peer = "12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X"
    static let host = "12D3KooWH3uVF6wv47WnArKHk5p6cvgCJEb74UTmxztmQDc298L3"
    static let user = "alice@example.org"
    static let group = "research"
    static let role = "sam:role:node"
    static let models = ["deepseek", "falcon", "gemma", "llama", "mistral", "phi", "qwen", "yi"]
    /// 2030-01-01T00:00:00Z
    static let expiry: UInt64 = 1_893_456_000
    /// 2027-01-15T08:00:00Z
    static let now: UInt64 = 1_800_000_000

    let root: KeyPair
    let token: Token
    let authorizer: Authorizer
    let verified: VerifiedToken
    let bound: BoundAuthorizer
    let facts = Self.requestFacts()
    /// Policies, rules and checks in a form that every implementation reads.
    let snapshot: [UInt8]

    init() throws {
        root = try KeyPair(seed: [UInt8](repeating: 1, count: 32))
        var block = Self.claims()
        // A predicate without terms: the text syntax has none, the wire format does.
        block.facts.append(Fact("target_unrestricted", []))
        token = try Token.mint(
            root: root, authority: block, nextKey: KeyPair(seed: [UInt8](repeating: 2, count: 32)))
        let builder = try Self.policies()
        snapshot = builder.snapshot
        authorizer = try builder.build()
        verified = try token.verify(root: root.publicKey)
        bound = try authorizer.bind(verified)
    }

    /// What the token says about its owner.
    static func claims() -> BlockBuilder {
        var block = BlockBuilder()
        block.facts = [
            Fact("expiration", .date(expiry)), Fact("node", .string(peer)), Fact("client_peer_id", .string(peer)),
            Fact("group", .string(group)), Fact("role", .string(role)), Fact("user", .string(user)),
            Fact("granted_service_set", .string("inference"), .set(models.map { .string($0) })),
        ]
        return block
    }

    /// What the host adds to each request: the time, who asks, for what, and who is asked.
    static func requestFacts() -> [Fact] {
        [
            Fact("time", .date(now)), Fact("connection_peer_id", .string(peer)),
            Fact("service", .string("inference"), .string("gemma")),
            Fact("target_fact", .string("node"), .string(host)),
        ]
    }

    private static func policies() throws -> AuthorizerBuilder {
        var builder = try AuthorizerBuilder(
            """
            allow if service($type, $name), granted_service_exact($type, $name);
            allow if service($type, $name), granted_service_set($type, $set), $set.contains($name);
            allow if service($type, $name), granted_service_prefix($type, $prefix), $name.starts_with($prefix);
            allow if service($type, $name), granted_service_suffix($type, $suffix), $name.ends_with($suffix);
            allow if service($type, $name), granted_service_all($type);
            allow_network_target($f, $v) <- target_fact($f, $v), granted_target_exact($f, $v);
            allow_network_target($f, $v) <- target_fact($f, $v), granted_target_set($f, $set), $set.contains($v);
            allow_network_target($f, $v) <- target_fact($f, $v), granted_target_prefix($f, $p), $v.starts_with($p);
            allow_network_target($f, $v) <- target_fact($f, $v), granted_target_suffix($f, $s), $v.ends_with($s);
            allow_network_target($f, $v) <- target_fact($f, $v), granted_target_all($f);
            check if client_peer_id($id), connection_peer_id($id);
            check if time($time), expiration($end), $time <= $end;
            """)
        let allowed = Predicate("allow_network_target", [.variable("f"), .variable("v")])
        let target = Predicate("target_fact", [.variable("f"), .variable("v")])
        let service = Predicate("service", [.variable("type"), .variable("name")])
        builder.policies.append(Policy(.allow, [.query([service, Predicate("granted_service_all_types", [])])]))
        builder.rules.append(Rule(head: allowed, body: [target, Predicate("granted_target_all_facts", [])]))
        builder.checks.append(Check(.one, [.query([allowed]), .query([Predicate("target_unrestricted", [])])]))
        return builder
    }
}
