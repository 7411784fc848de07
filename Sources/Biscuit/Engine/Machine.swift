/// Evaluates a program: derives facts, then answers queries.
struct Machine: Sendable {
    private var shared: SharedProgram
    let limits: RunLimits
    let functions: [String: HostFunction]
    var interner: Interner
    private(set) var relations: [Relation]
    private(set) var factCount = 0
    private(set) var iterations = 0
    /// Rows of each relation that were there before the previous round, and before this one.
    private(set) var old: [Int] = []
    private(set) var visible: [Int] = []
    /// Values of the variables of the rule being evaluated.
    var slots: [Value] = []
    /// Operands of the expression being evaluated.
    var stack: [Value] = []
    var regexes: [UInt32: Regex] = [:]
    private var stepsLeft: Int
    private let initialSize: Int

    /// Machines are copied for every request, their program with one reference.
    private final class SharedProgram: Sendable {
        let program: Program

        init(_ program: Program) {
            self.program = program
        }
    }

    var program: Program { shared.program }

    init(_ program: Program, limits: RunLimits, functions: [String: HostFunction]) throws(ExecutionError) {
        shared = SharedProgram(program)
        self.limits = limits
        self.functions = functions
        interner = program.interner
        relations = program.relations.map { Relation(arity: Int($0.arity)) }
        stepsLeft = limits.maxSteps
        initialSize = program.interner.size
        for fact in program.facts {
            try insert(program.terms[fact.terms], into: fact.relation, fact.origin)
        }
    }

    // MARK: - Bounds

    /// Counts work; every loop over data of a token passes here.
    mutating func charge(_ steps: Int) throws(ExecutionError) {
        stepsLeft -= steps
        guard stepsLeft >= 0 else { throw .limitReached(.steps(limits.maxSteps)) }
    }

    /// Counts the work of handling so many bytes.
    mutating func chargeBytes(_ count: Int) throws(ExecutionError) {
        try charge(1 + count / 16)
    }

    /// Refuses when expressions created too much.
    func checkSize() throws(ExecutionError) {
        guard interner.size - initialSize <= limits.maxCreatedBytes else {
            throw .limitReached(.createdBytes(limits.maxCreatedBytes))
        }
    }

    /// Refuses a term of the host that nests too deeply.
    func checkNesting(_ term: Term) throws(ExecutionError) {
        guard term.nesting(atMost: limits.maxNesting) <= limits.maxNesting else {
            throw .limitReached(.nesting(limits.maxNesting))
        }
    }

    // MARK: - Facts

    /// Adds a fact of the host, which counts as the authorizer's unless another origin is given.
    mutating func add(_ fact: Fact, origin: OriginSet = .authorizer) throws(ExecutionError) {
        for term in fact.terms { try checkNesting(term) }
        guard !fact.terms.contains(where: \.containsVariable) else { throw .unknownVariable(fact.description) }
        let row = fact.terms.map { interner.value($0) }
        let key = RelationKey(
            name: interner.bytes.intern(fact.name), arity: UInt32(truncatingIfNeeded: fact.terms.count))
        try insert(row[...], into: relation(key), origin)
    }

    /// The position of a relation, which is added if no rule, check or policy names it.
    mutating func relation(_ key: RelationKey) -> Int {
        if let index = program.knownRelation(key) { return index }
        var program = program
        let index = program.relation(key)
        shared = SharedProgram(program)
        relations.append(Relation(arity: Int(key.arity)))
        return index
    }

    /// Adds a fact unless it is known with the same origins.
    mutating func insert(_ row: ArraySlice<Value>, into relation: Int, _ origin: OriginSet) throws(ExecutionError) {
        try charge(1 + row.count)
        guard relations[relation].insert(row, origin) else { return }
        factCount += 1
        guard factCount <= limits.maxFacts else { throw .limitReached(.facts(limits.maxFacts)) }
    }

    // MARK: - Rounds

    /// Counts rounds on from those of an earlier evaluation.
    mutating func continueCounting(from count: Int) throws(ExecutionError) {
        guard count < limits.maxIterations else { throw .limitReached(.iterations(limits.maxIterations)) }
        iterations = count
    }

    /// Applies the rules until nothing new follows.
    ///
    /// After the first round a rule only looks at combinations that contain a fact of the round before (semi-naive
    /// evaluation); all others were looked at already.
    mutating func saturate() throws(ExecutionError) {
        old = [Int](repeating: 0, count: relations.count)
        visible = relations.map(\.count)
        var isFirst = true
        while true {
            for rule in program.rules { try apply(rule, isFirst: isFirst) }
            isFirst = false
            old = visible
            visible = relations.map(\.count)
            if old == visible { return }
            iterations += 1
            guard iterations < limits.maxIterations else { throw .limitReached(.iterations(limits.maxIterations)) }
        }
    }

    /// Compiles a rule whose variables, strings and relations may all be new.
    mutating func compile(_ rule: Rule) throws(CompilationError) -> CompiledRule {
        var symbols = SymbolTable()
        let lowered = symbols.lower(rule)
        var program = program
        program.interner = interner
        let (extended, compiled) = try Compiler.query(lowered, symbols, in: program)
        shared = SharedProgram(extended)
        interner = extended.interner
        while relations.count < extended.relations.count {
            relations.append(Relation(arity: Int(extended.relations[relations.count].arity)))
            old.append(0)
            visible.append(0)
        }
        return compiled
    }

    private mutating func apply(_ rule: CompiledRule, isFirst: Bool) throws(ExecutionError) {
        if isFirst || rule.bodyCount == 0 {
            if isFirst { try derive(rule, newAt: nil) }
            return
        }
        for position in 0..<rule.bodyCount {
            let relation = program.atoms[rule.body.lowerBound + position].relation
            if old[relation] < visible[relation] { try derive(rule, newAt: position) }
        }
    }

    private mutating func derive(_ rule: CompiledRule, newAt position: Int?) throws(ExecutionError) {
        var join = Join(rule, newAt: position)
        while try join.next(&self) {
            guard try holds(rule) else { continue }
            try insert(head(of: rule)[...], into: program.atoms[rule.head].relation, join.origin.union(rule.block))
        }
    }

    /// The facts a query derives, in order of discovery, each once.
    mutating func query(_ rule: CompiledRule) throws(ExecutionError) -> [[Value]] {
        var found: [[Value]] = []
        var seen: Set<[Value]> = []
        var join = Join(rule, newAt: nil)
        while try join.next(&self) {
            guard try holds(rule) else { continue }
            let row = head(of: rule)
            if seen.insert(row).inserted { found.append(row) }
        }
        return found
    }

    private func head(of rule: CompiledRule) -> [Value] {
        program.terms[program.atoms[rule.head].terms].map { $0.type == .variable ? slots[$0.slot] : $0 }
    }

    // MARK: - Queries of checks and policies

    /// Whether some combination of facts matches the body and makes every expression true.
    mutating func hasMatch(_ rule: CompiledRule) throws(ExecutionError) -> Bool {
        var join = Join(rule, newAt: nil)
        while try join.next(&self) {
            if try holds(rule) { return true }
        }
        return false
    }

    /// Whether a combination of facts matches the body, and all that do make every expression true.
    mutating func allMatch(_ rule: CompiledRule) throws(ExecutionError) -> Bool {
        var found = false
        var join = Join(rule, newAt: nil)
        while try join.next(&self) {
            found = true
            guard try holds(rule) else { return false }
        }
        return found
    }

    /// Whether every expression is true for the current values of the variables.
    private mutating func holds(_ rule: CompiledRule) throws(ExecutionError) -> Bool {
        let mark = interner.mark
        defer { interner.rollBack(to: mark) }
        for expression in rule.expressions {
            stack.removeAll(keepingCapacity: true)
            let value = try evaluate(program.expressions[expression])
            guard value.type == .bool else { throw .invalidType }
            if !value.bool { return false }
        }
        return true
    }
}
