/// Why facts, rules, checks or policies built by the host are not well-formed.
public enum DatalogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A fact holds a variable.
    case variableInFact(String)
    /// A collection holds a variable.
    case variableInCollection(String)
    /// The head of a rule uses variables no predicate of its body binds.
    case unboundVariables(rule: String, variables: [String])
    /// A set holds a set, or elements of different types.
    case invalidSet(String)
    /// Values or closures nest more than this many levels deep.
    case nesting(Int)

    public var description: String {
        switch self {
        case .variableInFact(let fact): "the fact \(fact) contains a variable"
        case .variableInCollection(let term): "the collection \(term) contains a variable"
        case .unboundVariables(let rule, let variables):
            "no predicate in the body binds \(variables.map { "$" + $0 }.joined(separator: ", ")) in: \(rule)"
        case .invalidSet(let set): "a set holds values of one type and no sets, unlike \(set)"
        case .nesting(let limit): "values nest more than \(limit) levels deep"
        }
    }
}

/// Checks Datalog that the host put together; source text is checked by the parser.
enum Validation {
    static func check(facts: [Fact], rules: [Rule], queries: [Rule], maxNesting: Int) throws(DatalogError) {
        for fact in facts {
            for term in fact.terms {
                try check(term, maxNesting)
                if term.containsVariable { throw .variableInFact(fact.description) }
            }
        }
        for rule in rules {
            try check(rule, maxNesting)
            let unbound = rule.unboundHeadVariables
            guard unbound.isEmpty else { throw .unboundVariables(rule: rule.description, variables: unbound) }
        }
        for query in queries { try check(query, maxNesting) }
    }

    private static func check(_ rule: Rule, _ maxNesting: Int) throws(DatalogError) {
        for predicate in [rule.head] + rule.body {
            for term in predicate.terms { try check(term, maxNesting) }
        }
        for expression in rule.expressions { try check(expression.operations, maxNesting, depth: 0) }
    }

    private static func check(_ operations: [Operation], _ maxNesting: Int, depth: Int) throws(DatalogError) {
        guard depth <= maxNesting else { throw .nesting(maxNesting) }
        for operation in operations {
            switch operation {
            case .value(let term): try check(term, maxNesting)
            case .closure(_, let inner): try check(inner, maxNesting, depth: depth + 1)
            case .unary, .binary: continue
            }
        }
    }

    private static func check(_ term: Term, _ maxNesting: Int) throws(DatalogError) {
        guard term.nesting(atMost: maxNesting) <= maxNesting else { throw .nesting(maxNesting) }
        try checkCollections(term)
    }

    private static func checkCollections(_ term: Term) throws(DatalogError) {
        switch term {
        case .set(let elements):
            guard elements.allSatisfy({ $0.rank == elements[0].rank && !$0.isSet }) else {
                throw .invalidSet(term.description)
            }
            try checkElements(elements, of: term)
        case .array(let elements): try checkElements(elements, of: term)
        case .map(let entries): try checkElements(entries.map(\.value), of: term)
        default: return
        }
    }

    private static func checkElements(_ elements: [Term], of term: Term) throws(DatalogError) {
        for element in elements {
            if case .variable = element { throw .variableInCollection(term.description) }
            try checkCollections(element)
        }
    }
}

extension Term {
    fileprivate var isSet: Bool {
        if case .set = self { true } else { false }
    }
}
