extension Program {
    /// Adds the program of a token, renumbering what it names, and settles whose facts every rule sees.
    ///
    /// - Parameter externalKeys: for each block of the token the key of the third party that signed it.
    mutating func join(_ token: Program, externalKeys: [PublicKey?]) {
        let map = Renumbering(token, into: &self)
        let termOffset = terms.count
        let atomOffset = atoms.count
        let codeOffset = code.count
        let expressionOffset = expressions.count
        let closureOffset = closures.count
        let parameterOffset = closureParameters.count
        let queryOffset = queries.count
        terms += token.terms.map { map.value($0) }
        atoms += token.atoms.map {
            Atom(relation: map.relations[$0.relation], terms: $0.terms.shifted(by: termOffset))
        }
        code += token.code.map { map.instruction($0, closureOffset: closureOffset) }
        expressions += token.expressions.map { $0.shifted(by: codeOffset) }
        closureParameters += token.closureParameters
        closures += token.closures.map {
            Closure(
                parameters: $0.parameters.shifted(by: parameterOffset), code: $0.code.shifted(by: codeOffset),
                shadowed: $0.shadowed.map { map.bytes[Int($0)] })
        }
        facts += token.facts.map {
            CompiledFact(
                relation: map.relations[$0.relation], terms: $0.terms.shifted(by: termOffset), origin: $0.origin)
        }
        let rule = { (rule: CompiledRule) in
            var rule = rule
            rule.head += atomOffset
            rule.expressions = rule.expressions.shifted(by: expressionOffset)
            rule.scope = map.scopes[rule.scope]
            rule.blockScope = map.scopes[rule.blockScope]
            return rule
        }
        rules += token.rules.map(rule)
        queries += token.queries.map(rule)
        checks += token.checks.map {
            CompiledCheck(
                kind: $0.kind, queries: $0.queries.shifted(by: queryOffset), block: $0.block, index: $0.index)
        }
        settleTrust(externalKeys)
    }

    /// Settles whose facts every rule sees (SPECIFICATIONS.md, "Scopes").
    mutating func settleTrust(_ externalKeys: [PublicKey?]) {
        Self.settleTrust(of: &rules, scopes, externalKeys)
        Self.settleTrust(of: &queries, scopes, externalKeys)
    }

    private static func settleTrust(
        of rules: inout [CompiledRule], _ scopes: [[Scope]], _ externalKeys: [PublicKey?]
    ) {
        for index in rules.indices {
            let own = scopes[rules[index].scope]
            rules[index].trusted = OriginSet.trusted(
                own.isEmpty ? scopes[rules[index].blockScope] : own, block: rules[index].block,
                externalKeys: externalKeys)
        }
    }
}

extension OriginSet {
    /// What a rule with these scopes trusts. The authorizer and the rule's own block always are; without scopes, the
    /// authority is too.
    static func trusted(_ scopes: [Scope], block: OriginSet, externalKeys: [PublicKey?]) -> OriginSet {
        var result = block.union(.authorizer)
        guard !scopes.isEmpty else { return result.union(.authority) }
        for scope in scopes {
            switch scope {
            case .authority: result = result.union(.authority)
            case .previous:
                // All bits below the block's; an authorizer has nothing before it.
                if block != .authorizer { result = result.union(OriginSet(bits: block.bits &- 1)) }
            case .publicKey(let key):
                for (index, external) in externalKeys.enumerated() where external == key {
                    result = result.union(.block(index))
                }
            }
        }
        return result
    }
}

/// The numbers of one program in another.
private struct Renumbering {
    private(set) var bytes: [UInt32] = []
    private(set) var sequences: [Value] = []
    private(set) var relations: [Int] = []
    private(set) var scopes: [Int] = []

    init(_ source: Program, into target: inout Program) {
        // Every program starts with the default symbols, whose numbers therefore stay what they are.
        let shared = UInt32(truncatingIfNeeded: SymbolTable.defaultSymbols.count)
        let count = UInt32(truncatingIfNeeded: source.interner.bytes.count)
        bytes.reserveCapacity(Int(count))
        bytes += 0..<min(shared, count)
        for id in min(shared, count)..<count {
            bytes.append(target.interner.bytes.intern(id, of: source.interner.bytes))
        }
        for id in 0..<UInt32(truncatingIfNeeded: source.interner.sequences.count) {
            let elements = source.interner.sequences[id].map { value($0) }
            sequences.append(collection(source.interner.sequences.type(id), elements, &target.interner))
        }
        for key in source.relations {
            relations.append(target.relation(RelationKey(name: bytes[Int(key.name)], arity: key.arity)))
        }
        scopes = source.scopes.map { target.scope($0) }
    }

    /// Sets and maps are sorted by number, and therefore anew.
    private func collection(_ type: ValueType, _ elements: [Value], _ interner: inout Interner) -> Value {
        switch type {
        case .set: return interner.set(elements)
        case .map:
            let entries = stride(from: 0, to: elements.count - 1, by: 2).map { (elements[$0], elements[$0 + 1]) }
            return interner.map(entries)
        default: return interner.array(elements)
        }
    }

    func value(_ value: Value) -> Value {
        switch value.type {
        case .string, .bytes: Value(type: value.type, bits: UInt64(bytes[Int(value.id)]))
        case .set, .array, .map: sequences[Int(value.id)]
        default: value
        }
    }

    func instruction(_ instruction: Instruction, closureOffset: Int) -> Instruction {
        switch instruction {
        case .push(let constant): .push(value(constant))
        case .load: instruction
        case .unbound(let name): .unbound(name: bytes[Int(name)])
        case .unary(let kind, let name): .unary(kind, name: bytes[Int(name)])
        case .binary(let kind, let name): .binary(kind, name: bytes[Int(name)])
        case .closure(let index): .closure(index + closureOffset)
        }
    }
}

extension Range<Int> {
    func shifted(by offset: Int) -> Range<Int> {
        lowerBound + offset..<upperBound + offset
    }
}
