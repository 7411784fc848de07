/// A number in a block that no symbol or key has.
struct UnknownSymbol: Error {
    let reason: String
}

/// Translates the wire form back to Datalog.
extension SymbolTable {
    func name(_ id: UInt64) throws(UnknownSymbol) -> String {
        guard let string = string(id) else { throw UnknownSymbol(reason: "unknown symbol \(id)") }
        return string
    }

    func lift(_ term: Wire.Term) throws(UnknownSymbol) -> Term {
        switch term {
        case .variable(let id): return .variable(try name(UInt64(id)))
        case .integer(let value): return .integer(value)
        case .string(let id): return .string(try name(id))
        case .date(let seconds): return .date(seconds)
        case .bytes(let value): return .bytes(value)
        case .bool(let value): return .bool(value)
        case .null: return .null
        case .set(let elements): return .set(try lift(elements))
        case .array(let elements): return .array(try lift(elements))
        case .map(let entries):
            return .map(
                try entries.map { (entry) throws(UnknownSymbol) in MapEntry(try lift(entry.key), try lift(entry.value))
                })
        }
    }

    private func lift(_ terms: [Wire.Term]) throws(UnknownSymbol) -> [Term] {
        try terms.map { (term) throws(UnknownSymbol) in try lift(term) }
    }

    private func lift(_ key: Wire.Key) throws(UnknownSymbol) -> MapKey {
        switch key {
        case .integer(let value): .integer(value)
        case .string(let id): .string(try name(id))
        }
    }

    func lift(_ predicate: Wire.Predicate) throws(UnknownSymbol) -> Predicate {
        Predicate(try name(predicate.name), try lift(predicate.terms))
    }

    func lift(_ rule: Wire.Rule) throws(UnknownSymbol) -> Rule {
        Rule(
            head: try lift(rule.head),
            body: try rule.body.map { (predicate) throws(UnknownSymbol) in try lift(predicate) },
            expressions: try rule.expressions.map { (operations) throws(UnknownSymbol) in try lift(operations) },
            scopes: try rule.scopes.map { (scope) throws(UnknownSymbol) in try lift(scope) })
    }

    func lift(_ check: Wire.Check) throws(UnknownSymbol) -> Check {
        Check(check.kind, try check.queries.map { (query) throws(UnknownSymbol) in try lift(query) })
    }

    func lift(_ policy: Wire.Policy) throws(UnknownSymbol) -> Policy {
        Policy(policy.kind, try policy.queries.map { (query) throws(UnknownSymbol) in try lift(query) })
    }

    func lift(_ scope: Wire.Scope) throws(UnknownSymbol) -> Scope {
        switch scope {
        case .authority: return .authority
        case .previous: return .previous
        case .publicKey(let id):
            guard let key = key(id) else { throw UnknownSymbol(reason: "unknown public key \(id)") }
            return .publicKey(key)
        }
    }

    private func lift(_ operations: [Wire.Operation]) throws(UnknownSymbol) -> Expression {
        Expression(try operations.map { (operation) throws(UnknownSymbol) in try lift(operation) })
    }

    private func lift(_ operation: Wire.Operation) throws(UnknownSymbol) -> Operation {
        switch operation {
        case .value(let term): return .value(try lift(term))
        case .unary(let kind, let id): return .unary(try lift(kind, id))
        case .binary(let kind, let id):
            if let id { return .binary(.external(try name(id))) }
            guard let known = BinaryOperator(kind) else { throw UnknownSymbol(reason: "a host function without name") }
            return .binary(known)
        case .closure(let parameters, let operations):
            let names = try parameters.map { (id) throws(UnknownSymbol) in try name(UInt64(id)) }
            return .closure(names, try lift(operations).operations)
        }
    }

    private func lift(_ kind: Wire.UnaryKind, _ id: UInt64?) throws(UnknownSymbol) -> UnaryOperator {
        switch kind {
        case .negate: return .negate
        case .parentheses: return .parentheses
        case .length: return .length
        case .typeOf: return .typeOf
        case .external:
            guard let id else { throw UnknownSymbol(reason: "a host function without name") }
            return .external(try name(id))
        }
    }

    /// The block as a builder would hold it.
    func lift(_ block: Wire.Block) throws(UnknownSymbol) -> BlockBuilder {
        var builder = BlockBuilder()
        builder.facts = try block.facts.map { (fact) throws(UnknownSymbol) in Fact(try lift(fact)) }
        builder.rules = try block.rules.map { (rule) throws(UnknownSymbol) in try lift(rule) }
        builder.checks = try block.checks.map { (check) throws(UnknownSymbol) in try lift(check) }
        builder.scopes = try block.scopes.map { (scope) throws(UnknownSymbol) in try lift(scope) }
        builder.context = block.context
        return builder
    }
}
