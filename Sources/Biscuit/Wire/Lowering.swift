/// Translates Datalog to its wire form, adding what is new to the symbol table.
///
/// The order of insertion decides the bytes of a block and is therefore fixed: facts, rules, checks, scopes; in a rule
/// head, body, expressions, scopes; in a set or map the order of values.
extension SymbolTable {
    mutating func lower(_ term: Term) -> Wire.Term {
        switch term {
        case .variable(let name): .variable(UInt32(truncatingIfNeeded: insert(name)))
        case .integer(let value): .integer(value)
        case .string(let value): .string(insert(value))
        case .date(let seconds): .date(seconds)
        case .bytes(let value): .bytes(value)
        case .bool(let value): .bool(value)
        case .null: .null
        case .set(let elements): .set(Wire.sortedUnique(Term.canonicalSet(elements).map { lower($0) }))
        case .array(let elements): .array(elements.map { lower($0) })
        case .map(let entries): .map(Wire.sortedByKey(Term.canonicalMap(entries).map { lower($0) }))
        }
    }

    private mutating func lower(_ entry: MapEntry) -> Wire.Entry {
        let key: Wire.Key
        switch entry.key {
        case .integer(let value): key = .integer(value)
        case .string(let value): key = .string(insert(value))
        }
        return Wire.Entry(key: key, value: lower(entry.value))
    }

    mutating func lower(_ predicate: Predicate) -> Wire.Predicate {
        Wire.Predicate(name: insert(predicate.name), terms: predicate.terms.map { lower($0) })
    }

    mutating func lower(_ rule: Rule) -> Wire.Rule {
        Wire.Rule(
            head: lower(rule.head), body: rule.body.map { lower($0) },
            expressions: rule.expressions.map { $0.operations.map { lower($0) } },
            scopes: rule.scopes.map { lower($0) })
    }

    mutating func lower(_ check: Check) -> Wire.Check {
        Wire.Check(kind: check.kind, queries: check.queries.map { lower($0) })
    }

    mutating func lower(_ policy: Policy) -> Wire.Policy {
        Wire.Policy(kind: policy.kind, queries: policy.queries.map { lower($0) })
    }

    mutating func lower(_ scope: Scope) -> Wire.Scope {
        switch scope {
        case .authority: .authority
        case .previous: .previous
        case .publicKey(let key): .publicKey(insert(key))
        }
    }

    private mutating func lower(_ operation: Operation) -> Wire.Operation {
        switch operation {
        case .value(let term): return .value(lower(term))
        case .unary(.external(let name)): return .unary(.external, name: insert(name))
        case .unary(let kind): return .unary(kind.wireKind, name: nil)
        case .binary(.external(let name)): return .binary(.external, name: insert(name))
        case .binary(let kind): return .binary(kind.wireKind, name: nil)
        case .closure(let parameters, let operations):
            let names = parameters.map { UInt32(truncatingIfNeeded: insert($0)) }
            return .closure(names, operations.map { lower($0) })
        }
    }

    /// The block, with the symbols and keys it adds to this table, in the lowest version that can express it.
    mutating func lower(_ builder: BlockBuilder) -> Wire.Block {
        let symbolStart = customCount
        let keyStart = publicKeys.count
        var block = Wire.Block()
        block.facts = builder.facts.map { lower($0.predicate) }
        block.rules = builder.rules.map { lower($0) }
        block.checks = builder.checks.map { lower($0) }
        block.scopes = builder.scopes.map { lower($0) }
        block.context = builder.context
        block.symbols = customStrings(from: symbolStart)
        block.publicKeys = Array(publicKeys[keyStart...])
        block.version = block.requiredVersion
        return block
    }
}

extension UnaryOperator {
    var wireKind: Wire.UnaryKind {
        switch self {
        case .negate: .negate
        case .parentheses: .parentheses
        case .length: .length
        case .typeOf: .typeOf
        case .external: .external
        }
    }
}

extension BinaryOperator {
    /// Every operator without a name, beside its wire form.
    static let wireKinds: [(BinaryOperator, Wire.BinaryKind)] = [
        (.lessThan, .lessThan), (.greaterThan, .greaterThan), (.lessOrEqual, .lessOrEqual),
        (.greaterOrEqual, .greaterOrEqual), (.strictEqual, .strictEqual), (.contains, .contains),
        (.startsWith, .startsWith), (.endsWith, .endsWith), (.matches, .matches), (.add, .add),
        (.subtract, .subtract), (.multiply, .multiply), (.divide, .divide), (.and, .and), (.or, .or),
        (.intersection, .intersection), (.union, .union), (.bitwiseAnd, .bitwiseAnd), (.bitwiseOr, .bitwiseOr),
        (.bitwiseXor, .bitwiseXor), (.strictNotEqual, .strictNotEqual), (.equal, .equal), (.notEqual, .notEqual),
        (.lazyAnd, .lazyAnd), (.lazyOr, .lazyOr), (.all, .all), (.any, .any), (.get, .get), (.tryOr, .tryOr),
    ]

    private static let wireKindOf = Dictionary(uniqueKeysWithValues: wireKinds)
    private static let operatorOf = Dictionary(uniqueKeysWithValues: wireKinds.map { ($1, $0) })

    var wireKind: Wire.BinaryKind { Self.wireKindOf[self] ?? .external }

    init?(_ kind: Wire.BinaryKind) {
        guard let found = Self.operatorOf[kind] else { return nil }
        self = found
    }
}
