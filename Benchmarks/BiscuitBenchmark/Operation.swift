import ArgumentParser
import Biscuit

/// What is measured. The raw value is its name on the command line and in requests to the reference.
enum Operation: String, CaseIterable, ExpressibleByArgument, Encodable {
    case full
    case authorize
    case authorizeFixed = "authorize-fixed"
    case bindAuthorize = "bind-authorize"
    case verify
    case mint

    var title: String {
        switch self {
        case .full: "parse + verify + authorize"
        case .authorize: "authorize"
        case .authorizeFixed: "authorize, facts known before"
        case .bindAuthorize: "bind + authorize"
        case .verify: "parse + verify"
        case .mint: "mint"
        }
    }

    var ours: String {
        switch self {
        case .full: "Token.parse, verify(root:), Authorizer.authorize(_:facts:) with four new facts"
        case .authorize: "BoundAuthorizer.authorize(facts:) with four new facts; bound to the token once"
        case .authorizeFixed: "BoundAuthorizer.authorize(facts:) with facts made once"
        case .bindAuthorize: "Authorizer.authorize(_:facts:), which binds to the token each time"
        case .verify: "Token.parse, verify(root:): both signatures, every block decoded and compiled"
        case .mint: "Token.mint of a block of seven new facts, with a fresh random next key"
        }
    }

    var reference: String {
        switch self {
        case .full: "Biscuit.from_bytes, then as authorize"
        case .authorize, .bindAuthorize:
            "AuthorizerBuilder of four facts as parameters, merge of the prepared one, build(token).authorize()"
        case .authorizeFixed: "build(token).authorize() of one AuthorizerBuilder that holds everything"
        case .verify: "Biscuit.from_bytes"
        case .mint: "BiscuitBuilder of seven facts as parameters, build(key)"
        }
    }

    /// What the reference's rate is to be exceeded by.
    var bar: Double? {
        switch self {
        case .full: 1.5
        case .authorize: 3
        case .authorizeFixed, .bindAuthorize, .verify, .mint: nil
        }
    }

    /// - Returns: whether the outcome is the one expected.
    func perform(_ workload: Workload) throws -> Bool {
        switch self {
        case .full:
            let token = try Token.parse(workload.token.bytes).verify(root: workload.root.publicKey)
            return try workload.authorizer.authorize(token, facts: Workload.requestFacts()).isAllowed
        case .authorize: return try workload.bound.authorize(facts: Workload.requestFacts()).isAllowed
        case .authorizeFixed: return try workload.bound.authorize(facts: workload.facts).isAllowed
        case .bindAuthorize:
            return try workload.authorizer.authorize(workload.verified, facts: Workload.requestFacts()).isAllowed
        case .verify:
            let token = try Token.parse(workload.token.bytes).verify(root: workload.root.publicKey)
            return token.root == workload.root.publicKey
        case .mint:
            var random = SystemRandomNumberGenerator()
            let seed = (0..<4).flatMap { _ in withUnsafeBytes(of: random.next() as UInt64, Array.init) }
            let token = try Token.mint(
                root: workload.root, authority: Workload.claims(), nextKey: KeyPair(seed: seed))
            return token.blockCount == 1
        }
    }
}
