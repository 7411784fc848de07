import Biscuit
import Overlay

/// What a holder adds to a token in order to hand on less than it has.
public struct TokenAttenuation: Sendable {
    /// A block of the holder's own, to which the rest is added.
    public var block = BlockBuilder()
    /// Empty for no restriction; otherwise any of them.
    public var services: [ServicePattern] = []
    /// When the narrowed token ends, if that is before it would anyway.
    public var expiry: WallTime?
    private var checks: [Check] = []

    public init() {}

    /// Parses and adds one check. A `;` at its end may be left out.
    public mutating func addCheck(_ source: String) throws(SyntaxError) {
        var parsed = LocalPolicy()
        try parsed.add(.check, source)
        checks += parsed.checks
    }

    /// The block to append.
    public var blockBuilder: BlockBuilder {
        var result = block
        result.checks += checks
        if let check = serviceCheck { result.checks.append(check) }
        if let check = expiryCheck { result.checks.append(check) }
        return result
    }

    private var serviceCheck: Check? {
        guard !services.isEmpty else { return nil }
        return Check(.one, services.map(\.query))
    }

    private var expiryCheck: Check? {
        guard let expiry else { return nil }
        let time = Term.variable("time")
        let isBefore = Expression([.value(time), .value(.date(expiry.seconds)), .binary(.lessOrEqual)])
        return Check(.one, [.query([Predicate(Vocabulary.time, [time])], [isBefore])])
    }
}

extension ServicePattern {
    /// A query that matches when a service of the pattern is asked for.
    fileprivate var query: Rule {
        let name = Term.variable("name")
        switch reach {
        case .everything: return .query([Predicate(Vocabulary.service, [.variable("type"), name])])
        case .type(let type, .exact(let exact)):
            return .query([Predicate(Vocabulary.service, [.string(type), .string(exact)])])
        case .type(let type, .all): return .query([Predicate(Vocabulary.service, [.string(type), name])])
        case .type(let type, .prefix(let text)): return Self.query(type, name, .startsWith, text)
        case .type(let type, .suffix(let text)): return Self.query(type, name, .endsWith, text)
        }
    }

    private static func query(_ type: String, _ name: Term, _ match: BinaryOperator, _ text: String) -> Rule {
        .query(
            [Predicate(Vocabulary.service, [.string(type), name])],
            [Expression([.value(name), .value(.string(text)), .binary(match)])])
    }
}
