import Biscuit
import Gossip
import Overlay

@testable import Inference

/// A mesh with an authority, two callers and a host.
struct AuthorizationFixture {
    static let now = WallTime(seconds: 1_800_000_000)
    let root: KeyPair
    let alice: PeerID
    let mallory: PeerID
    let host: PeerID
    let admission: Admission

    init() throws {
        root = try KeyPair(seed: [UInt8](repeating: 1, count: 32))
        alice = try Self.peer(2)
        mallory = try Self.peer(3)
        host = try Self.peer(4)
        admission = try Admission(roots: [root.publicKey])
    }

    static func peer(_ seed: UInt8) throws -> PeerID {
        guard let identity = Identity(seed: [UInt8](repeating: seed, count: 32)) else { throw AdmissionRefusal.missing }
        return identity.peerID
    }

    /// A request for a token of Alice's that is valid for an hour.
    func request(services: [String] = [], targets: [String] = []) throws -> TokenRequest {
        var request = TokenRequest(peer: alice, expiry: Self.now + .hours(1))
        request.user = "alice"
        request.groups = ["research"]
        request.services = try services.map { try ServicePattern(parsing: $0) }
        request.targets = try targets.map { try TargetPattern(parsing: $0) }
        return request
    }

    func mint(_ block: BlockBuilder, root: KeyPair? = nil) throws -> Token {
        let next = try KeyPair(seed: [UInt8](repeating: 9, count: 32))
        return try Token.mint(root: root ?? self.root, authority: block, nextKey: next)
    }

    func token(services: [String] = [], targets: [String] = []) throws -> Token {
        try mint(try request(services: services, targets: targets).authorityBlock)
    }

    func append(_ block: BlockBuilder, to token: Token) throws -> Token {
        try token.append(block, nextKey: KeyPair(seed: [UInt8](repeating: 8, count: 32)))
    }

    func append(_ source: String, to token: Token) throws -> Token {
        try append(BlockBuilder(source), to: token)
    }

    func admit(_ token: Token) throws -> Admitted {
        try admission.admit(token.bytes, from: alice, at: Self.now)
    }

    func authorizer(
        rules: [String] = [], policies: [String] = [], checks: [String] = [], own: Admitted? = nil
    ) throws -> ServiceAuthorizer {
        var policy = LocalPolicy()
        for text in rules { try policy.add(.rule, text) }
        for text in policies { try policy.add(.policy, text) }
        for text in checks { try policy.add(.check, text) }
        return try ServiceAuthorizer(policy: policy, node: host, own: own)
    }

    func decide(
        _ token: Token, _ service: String = "inference:openrouter", with authorizer: ServiceAuthorizer? = nil
    ) throws -> Decision {
        guard let name = ServiceName(service) else { throw InvalidPattern(text: service, expected: "a service") }
        return try (authorizer ?? self.authorizer()).authorize(
            try admit(token), service: name, peer: alice, at: Self.now)
    }
}

extension Decision {
    /// `allowed`, or the code of the refusal.
    var outcome: String {
        switch self {
        case .allowed: "allowed"
        case .refused(let refusal): refusal.code
        }
    }

    var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}
