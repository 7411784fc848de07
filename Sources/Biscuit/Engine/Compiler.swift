/// Why a block cannot be compiled.
enum CompilationError: Error {
    case unknownSymbol(UInt64)
    case unknownKey(UInt64)
    case variableInFact
    case unboundHead(Wire.Rule, SymbolTable)

    var reason: String {
        switch self {
        case .unknownSymbol(let id): return "unknown symbol \(id)"
        case .unknownKey(let id): return "unknown public key \(id)"
        case .variableInFact: return "a fact contains a variable"
        case .unboundHead(let rule, let symbols):
            let text = (try? symbols.lift(rule))?.description ?? "a rule"
            return "no predicate in the body binds every variable of the head of: \(text)"
        }
    }
}

/// Translates the wire form of blocks into a program.
struct Compiler {
    private(set) var program: Program
    /// The table of the block being compiled, and whether its numbers are those of the program's interner.
    private var symbols = SymbolTable()
    private var isShared = true
    /// Variables of the rule being compiled, by number on the wire.
    private var slots: [UInt32: Int] = [:]
    private var slotCount = 0

    /// Starts from a table whose strings are most of the program's, so that they need not be looked up one by one.
    init(_ symbols: SymbolTable) {
        program = Program()
        program.interner.bytes = symbols.arena
    }

    /// Adds a block. `isShared` tells that `symbols` is the table the compiler was made with.
    mutating func add(
        _ block: Wire.Block, _ symbols: SymbolTable, isShared: Bool, origin: OriginSet
    ) throws(CompilationError) {
        self.symbols = symbols
        self.isShared = isShared
        let blockScope = try scope(block.scopes)
        for fact in block.facts { try add(fact, origin) }
        for rule in block.rules {
            program.rules.append(try compile(rule, origin, blockScope, needsHead: true))
        }
        for (index, check) in block.checks.enumerated() {
            let start = program.queries.count
            for query in check.queries {
                program.queries.append(try compile(query, origin, blockScope, needsHead: false))
            }
            program.checks.append(
                CompiledCheck(kind: check.kind, queries: start..<program.queries.count, block: origin, index: index))
        }
    }

    mutating func add(_ policy: Wire.Policy, scopes: [Wire.Scope]) throws(CompilationError) {
        let blockScope = try scope(scopes)
        let start = program.queries.count
        for query in policy.queries {
            program.queries.append(try compile(query, .authorizer, blockScope, needsHead: false))
        }
        program.policies.append(CompiledPolicy(kind: policy.kind, queries: start..<program.queries.count))
    }

    /// Continues a program with a single rule, for a query.
    static func query(
        _ rule: Wire.Rule, _ symbols: SymbolTable, in program: Program
    ) throws(CompilationError) -> (Program, CompiledRule) {
        var compiler = Compiler(symbols)
        compiler.program = program
        compiler.symbols = symbols
        compiler.isShared = false
        let compiled = try compiler.compile(rule, .authorizer, 0, needsHead: true)
        return (compiler.program, compiled)
    }

    // MARK: - Symbols

    mutating func symbol(_ wireID: UInt64) throws(CompilationError) -> UInt32 {
        guard let id = symbols.arenaID(wireID) else { throw .unknownSymbol(wireID) }
        return isShared ? id : program.interner.bytes.intern(symbols.arena[id])
    }

    private mutating func relation(_ predicate: Wire.Predicate) throws(CompilationError) -> Int {
        let key = RelationKey(
            name: try symbol(predicate.name), arity: UInt32(truncatingIfNeeded: predicate.terms.count))
        return program.relation(key)
    }

    private mutating func scope(_ scopes: [Wire.Scope]) throws(CompilationError) -> Int {
        guard !scopes.isEmpty else { return 0 }
        var lifted: [Scope] = []
        for scope in scopes {
            switch scope {
            case .authority: lifted.append(.authority)
            case .previous: lifted.append(.previous)
            case .publicKey(let id):
                guard let key = symbols.key(id) else { throw .unknownKey(id) }
                lifted.append(.publicKey(key))
            }
        }
        return program.scope(lifted)
    }

    // MARK: - Facts and rules

    private mutating func add(_ fact: Wire.Predicate, _ origin: OriginSet) throws(CompilationError) {
        slots = [:]
        let relation = try relation(fact)
        let start = program.terms.count
        for term in fact.terms {
            guard let value = try constant(term) else { throw .variableInFact }
            program.terms.append(value)
        }
        program.facts.append(CompiledFact(relation: relation, terms: start..<program.terms.count, origin: origin))
    }

    private mutating func compile(
        _ rule: Wire.Rule, _ origin: OriginSet, _ blockScope: Int, needsHead: Bool
    ) throws(CompilationError) -> CompiledRule {
        slots = [:]
        slotCount = 0
        let head = program.atoms.count
        program.atoms.append(Atom(relation: try relation(rule.head), terms: 0..<0))
        for predicate in rule.body { program.atoms.append(try pattern(predicate)) }
        if needsHead { program.atoms[head].terms = try headTerms(rule) }
        let firstExpression = program.expressions.count
        for expression in rule.expressions {
            let range = try compile(expression, scope: slots)
            program.expressions.append(range)
        }
        return CompiledRule(
            head: head, bodyCount: rule.body.count, expressions: firstExpression..<program.expressions.count,
            slotCount: slotCount, block: origin, scope: try scope(rule.scopes), blockScope: blockScope)
    }

    private mutating func pattern(_ predicate: Wire.Predicate) throws(CompilationError) -> Atom {
        let relation = try relation(predicate)
        let start = program.terms.count
        for term in predicate.terms {
            if let value = try constant(term) {
                program.terms.append(value)
            } else if case .variable(let id) = term {
                program.terms.append(try variable(id))
            } else {
                throw .variableInFact
            }
        }
        return Atom(relation: relation, terms: start..<program.terms.count)
    }

    /// Binds the variable where it occurs first and compares it everywhere else.
    private mutating func variable(_ id: UInt32) throws(CompilationError) -> Value {
        if let slot = slots[id] { return .variable(slot) }
        _ = try symbol(UInt64(id))
        slots[id] = slotCount
        slotCount += 1
        return .binding(slotCount - 1)
    }

    private mutating func headTerms(_ rule: Wire.Rule) throws(CompilationError) -> Range<Int> {
        let start = program.terms.count
        for term in rule.head.terms {
            if let value = try constant(term) {
                program.terms.append(value)
            } else if case .variable(let id) = term, let slot = slots[id] {
                program.terms.append(.variable(slot))
            } else {
                throw .unboundHead(rule, symbols)
            }
        }
        return start..<program.terms.count
    }

    /// The value of a term, or `nil` when it is or holds a variable.
    private mutating func constant(_ term: Wire.Term) throws(CompilationError) -> Value? {
        switch term {
        case .variable: return nil
        case .integer(let value): return .integer(value)
        case .string(let id): return .string(try symbol(id))
        case .date(let seconds): return .date(seconds)
        case .bytes(let value): return program.interner.byteString(value)
        case .bool(let value): return .bool(value)
        case .null: return .null
        case .set(let elements): return try constants(elements).map { program.interner.set($0) }
        case .array(let elements): return try constants(elements).map { program.interner.array($0) }
        case .map(let entries): return try map(entries)
        }
    }

    private mutating func constants(_ terms: [Wire.Term]) throws(CompilationError) -> [Value]? {
        var values: [Value] = []
        for term in terms {
            guard let value = try constant(term) else { return nil }
            values.append(value)
        }
        return values
    }

    private mutating func map(_ entries: [Wire.Entry]) throws(CompilationError) -> Value? {
        var values: [(key: Value, value: Value)] = []
        for entry in entries {
            guard let value = try constant(entry.value) else { return nil }
            switch entry.key {
            case .integer(let key): values.append((.integer(key), value))
            case .string(let id): values.append((.string(try symbol(id)), value))
            }
        }
        return program.interner.map(values)
    }

    // MARK: - Expressions

    /// Compiles operations whose variables are those of `scope`. Nested closures come before the code that uses them.
    private mutating func compile(
        _ operations: [Wire.Operation], scope: [UInt32: Int]
    ) throws(CompilationError) -> Range<Int> {
        var instructions: [Instruction] = []
        for operation in operations {
            instructions.append(try compile(operation, scope: scope))
        }
        let start = program.code.count
        program.code += instructions
        return start..<program.code.count
    }

    private mutating func compile(
        _ operation: Wire.Operation, scope: [UInt32: Int]
    ) throws(CompilationError) -> Instruction {
        switch operation {
        case .value(.variable(let id)):
            let name = try symbol(UInt64(id))
            return scope[id].map { .load(slot: $0) } ?? .unbound(name: name)
        case .value(let term):
            guard let value = try constant(term) else { throw .variableInFact }
            return .push(value)
        case .unary(let kind, let name): return .unary(kind, name: try functionName(name))
        case .binary(let kind, let name): return .binary(kind, name: try functionName(name))
        case .closure(let parameters, let operations): return .closure(try closure(parameters, operations, scope))
        }
    }

    private mutating func functionName(_ id: UInt64?) throws(CompilationError) -> UInt32 {
        guard let id else { return 0 }
        return try symbol(id)
    }

    private mutating func closure(
        _ parameters: [UInt32], _ operations: [Wire.Operation], _ scope: [UInt32: Int]
    ) throws(CompilationError) -> Int {
        var inner = scope
        var shadowed: UInt32?
        let firstParameter = program.closureParameters.count
        var parameterSlots: [Int] = []
        for id in parameters {
            let name = try symbol(UInt64(id))
            if scope[id] != nil { shadowed = name }
            inner[id] = slotCount
            parameterSlots.append(slotCount)
            slotCount += 1
        }
        program.closureParameters += parameterSlots
        let code = try compile(operations, scope: inner)
        program.closures.append(
            Closure(
                parameters: firstParameter..<firstParameter + parameterSlots.count, code: code, shadowed: shadowed))
        return program.closures.count - 1
    }
}
