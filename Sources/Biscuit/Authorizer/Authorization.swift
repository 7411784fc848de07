/// The outcome of an authorization: which policy matched and which checks failed.
public struct Authorization: Sendable, Hashable {
    /// The first policy with a matching query; `nil` when none matched.
    public let policy: MatchedPolicy?
    /// Every failed check, the authorizer's first, then those of the blocks in order.
    public let failedChecks: [FailedCheck]

    /// Whether an allow policy matched and no check failed.
    public var isAllowed: Bool { policy?.kind == .allow && failedChecks.isEmpty }

    /// The first policy that matched.
    public struct MatchedPolicy: Sendable, Hashable {
        /// Whether it allows or denies.
        public let kind: Policy.Kind
        /// Position among the authorizer's policies, from 0.
        public let index: Int
        /// The policy as Datalog text.
        public let source: String
    }

    /// A check that failed.
    public struct FailedCheck: Sendable, Hashable {
        /// Where the check stands.
        public let origin: BlockOrigin
        /// Position among the checks of its block or of the authorizer, from 0.
        public let index: Int
        /// The check as Datalog text.
        public let source: String
    }
}

extension Authorization: CustomStringConvertible {
    /// The outcome in words, one line per reason.
    public var description: String {
        var lines: [String]
        switch policy {
        case .some(let policy): lines = ["policy \(policy.index) matched: \(policy.source)"]
        case .none: lines = ["no policy matched"]
        }
        lines += failedChecks.map { "check \($0.index) of \($0.origin) failed: \($0.source)" }
        return lines.joined(separator: "\n")
    }
}

/// Where a fact, rule or check comes from.
public enum BlockOrigin: Sendable, Hashable, Comparable, CustomStringConvertible {
    case authorizer
    /// A block of the token; 0 is the authority.
    case block(Int)

    public var description: String {
        switch self {
        case .authorizer: "the authorizer"
        case .block(let index): "block \(index)"
        }
    }
}
