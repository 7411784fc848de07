/// Derives the head for every combination of facts that matches the body and makes every expression true.
public struct Rule: Sendable, Hashable {
    /// What is derived; its variables must occur in the body.
    public var head: Predicate
    /// What facts must match.
    public var body: [Predicate]
    /// What must be true of the values of the variables.
    public var expressions: [Expression]
    /// Empty: the scope of the block, or the default one.
    public var scopes: [Scope]

    /// A rule; variables of the head that the body lacks are refused where it is used.
    public init(head: Predicate, body: [Predicate], expressions: [Expression] = [], scopes: [Scope] = []) {
        self.head = head
        self.body = body
        self.expressions = expressions
        self.scopes = scopes
    }

    /// A query of a check or policy: a rule whose head is never looked at.
    public static func query(_ body: [Predicate], _ expressions: [Expression] = [], scopes: [Scope] = []) -> Rule {
        Rule(head: Predicate("query", []), body: body, expressions: expressions, scopes: scopes)
    }

    /// Variables of the head that no predicate of the body binds, in order of appearance.
    var unboundHeadVariables: [String] {
        var bound: Set<Term> = []
        for term in body.lazy.flatMap(\.terms) {
            if case .variable = term { bound.insert(term) }
        }
        var unbound: [String] = []
        for term in head.terms {
            if case .variable(let name) = term, !bound.contains(term) { unbound.append(name) }
        }
        return unbound
    }
}

/// A condition every authorization must meet.
public struct Check: Sendable, Hashable {
    /// How the queries decide.
    public enum Kind: Sendable, Hashable {
        /// `check if`: one of the queries has a match.
        case one
        /// `check all`: for one of the queries, there is a match of the body and every match makes its expressions true.
        case all
        /// `reject if`: none of the queries has a match.
        case reject
    }

    public var kind: Kind
    public var queries: [Rule]

    /// A check; `check if` unless told otherwise.
    public init(_ kind: Kind = .one, _ queries: [Rule]) {
        self.kind = kind
        self.queries = queries
    }
}

/// A decision of the authorizer: the first policy with a matching query decides.
public struct Policy: Sendable, Hashable {
    /// What a match means.
    public enum Kind: Sendable, Hashable {
        case allow, deny
    }

    public var kind: Kind
    public var queries: [Rule]

    /// A policy of one or more queries.
    public init(_ kind: Kind, _ queries: [Rule]) {
        self.kind = kind
        self.queries = queries
    }
}
