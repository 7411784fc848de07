import Overlay

/// The nodes that a token may be used at, by what their own tokens say of them: `*`, `group:*`, `group:eu.*`,
/// `group:*.gpu`, `group:backend`, or a peer id alone.
public struct TargetPattern: Hashable, Sendable {
    enum Reach: Hashable, Sendable {
        case everything
        case fact(String, GrantExtent)
    }

    let reach: Reach

    public static let everything = TargetPattern(reach: .everything)
    private static let longestValue = 255

    public init(_ peer: PeerID) {
        reach = .fact(Vocabulary.node, .exact(peer.text))
    }

    public init(parsing text: String) throws(InvalidPattern) {
        if text == "*" {
            self = .everything
            return
        }
        if let peer = try? PeerID(text: text) {
            self.init(peer)
            return
        }
        guard let (fact, rest) = text.splitAtScheme else {
            throw InvalidPattern(text: text, expected: "\"*\", a peer id or fact:value, like group:backend")
        }
        if fact == "*", rest == "*" {
            self = .everything
            return
        }
        guard Vocabulary.targetFacts.contains(fact) else {
            let facts = Vocabulary.targetFacts.joined(separator: ", ")
            throw InvalidPattern(text: text, expected: "one of \(facts) before the colon")
        }
        guard rest.utf8.count <= Self.longestValue, let extent = GrantExtent(parsing: rest) else {
            throw InvalidPattern(text: text, expected: "a value, \"*\", \"a.*\" or \"*.b\" behind \(fact):")
        }
        if fact == Vocabulary.node, case .exact(let value) = extent, (try? PeerID(text: value)) == nil {
            throw InvalidPattern(text: text, expected: "a peer id behind node:")
        }
        self.init(reach: .fact(fact, extent))
    }

    private init(reach: Reach) {
        self.reach = reach
    }
}

extension TargetPattern: CustomStringConvertible {
    /// In the form that it can be parsed from.
    public var description: String {
        switch reach {
        case .everything: "*"
        // Two slashes behind the colon are not read as part of the value, unless others follow.
        case .fact(let fact, let extent): "\(fact):\(extent.text.hasPrefix("//") ? "//" : "")\(extent.text)"
        }
    }
}
