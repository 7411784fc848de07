/// Writes Datalog in the field order of schema.proto. Required fields are written even when they are 0.
extension ProtobufWriter {
    static func encode(_ block: Wire.Block) -> [UInt8] {
        var writer = ProtobufWriter()
        for symbol in block.symbols { writer.string(1, symbol) }
        if let context = block.context { writer.string(2, context) }
        writer.varint(3, UInt64(block.version))
        for fact in block.facts { writer.message(4) { $0.fact(fact) } }
        for rule in block.rules { writer.message(5) { $0.rule(rule) } }
        for check in block.checks { writer.message(6) { $0.check(check) } }
        for scope in block.scopes { writer.message(7) { $0.scope(scope) } }
        for key in block.publicKeys { writer.message(8) { $0.publicKey(key) } }
        return writer.bytes
    }

    mutating func publicKey(_ key: PublicKey) {
        varint(1, UInt64(key.algorithm.rawValue))
        bytes(2, key.bytes)
    }

    mutating func fact(_ fact: Wire.Predicate) {
        message(1) { $0.predicate(fact) }
    }

    mutating func predicate(_ predicate: Wire.Predicate) {
        varint(1, predicate.name)
        for term in predicate.terms { message(2) { $0.term(term) } }
    }

    mutating func rule(_ rule: Wire.Rule) {
        message(1) { $0.predicate(rule.head) }
        for predicate in rule.body { message(2) { $0.predicate(predicate) } }
        for expression in rule.expressions {
            message(3) { writer in
                for operation in expression { writer.message(1) { $0.operation(operation) } }
            }
        }
        for scope in rule.scopes { message(4) { $0.scope(scope) } }
    }

    mutating func check(_ check: Wire.Check) {
        for query in check.queries { message(1) { $0.rule(query) } }
        switch check.kind {
        case .one: break
        case .all: varint(2, 1)
        case .reject: varint(2, 2)
        }
    }

    mutating func policy(_ policy: Wire.Policy) {
        for query in policy.queries { message(1) { $0.rule(query) } }
        varint(2, policy.kind == .allow ? 0 : 1)
    }

    mutating func scope(_ scope: Wire.Scope) {
        switch scope {
        case .authority: varint(1, 0)
        case .previous: varint(1, 1)
        case .publicKey(let id): varint(2, id)
        }
    }

    mutating func term(_ term: Wire.Term) {
        switch term {
        case .variable(let id): varint(1, UInt64(id))
        case .integer(let value): varint(2, UInt64(bitPattern: value))
        case .string(let id): varint(3, id)
        case .date(let seconds): varint(4, seconds)
        case .bytes(let value): bytes(5, value)
        case .bool(let value): varint(6, value ? 1 : 0)
        case .set(let elements): message(7) { $0.terms(elements) }
        case .null: bytes(8, [])
        case .array(let elements): message(9) { $0.terms(elements) }
        case .map(let entries):
            message(10) { writer in
                for entry in entries { writer.message(1) { $0.entry(entry) } }
            }
        }
    }

    private mutating func terms(_ elements: [Wire.Term]) {
        for element in elements { message(1) { $0.term(element) } }
    }

    private mutating func entry(_ entry: Wire.Entry) {
        message(1) { writer in
            switch entry.key {
            case .integer(let value): writer.varint(1, UInt64(bitPattern: value))
            case .string(let id): writer.varint(2, id)
            }
        }
        message(2) { $0.term(entry.value) }
    }

    private mutating func operation(_ operation: Wire.Operation) {
        switch operation {
        case .value(let term): message(1) { $0.term(term) }
        case .unary(let kind, let name): message(2) { $0.operatorKind(kind.rawValue, name) }
        case .binary(let kind, let name): message(3) { $0.operatorKind(kind.rawValue, name) }
        case .closure(let parameters, let operations):
            message(4) { writer in
                for parameter in parameters { writer.varint(1, UInt64(parameter)) }
                for operation in operations { writer.message(2) { $0.operation(operation) } }
            }
        }
    }

    private mutating func operatorKind(_ kind: UInt8, _ name: UInt64?) {
        varint(1, UInt64(kind))
        if let name { varint(2, name) }
    }
}
