/// A parsed regular expression.
indirect enum RegexNode: Sendable {
    case empty
    case scalar(Unicode.Scalar, ignoresCase: Bool)
    case anyScalar(includingNewline: Bool)
    case set(ScalarSet)
    case assertion(Regex.Assertion)
    case sequence([RegexNode])
    case alternatives([RegexNode])
    case repetition(RegexNode, minimum: Int, maximum: Int?)
}

/// Translates a parsed expression into instructions, up to a number of them.
struct RegexCompiler {
    private var program: [Regex.Instruction] = []
    /// Instructions written and repetitions unrolled.
    private var work = 0
    private let maxInstructions: Int

    init(maxInstructions: Int) {
        self.maxInstructions = maxInstructions
    }

    mutating func compile(_ node: RegexNode) throws(Regex.Failure) -> [Regex.Instruction] {
        try emit(node)
        try append(.match)
        return program
    }

    private mutating func append(_ instruction: Regex.Instruction) throws(Regex.Failure) {
        try spend()
        program.append(instruction)
    }

    private mutating func spend() throws(Regex.Failure) {
        work += 1
        guard work <= maxInstructions else { throw .tooLarge }
    }

    private mutating func emit(_ node: RegexNode) throws(Regex.Failure) {
        switch node {
        case .empty: return
        case .scalar(let scalar, let ignoresCase):
            let variants = ignoresCase ? CaseFolding.variants(of: scalar) : [scalar]
            guard variants.count > 1 else { return try append(.scalar(scalar.value)) }
            try append(.set(ScalarSet(variants.map { .range($0.value, $0.value) })))
        case .anyScalar(let includingNewline): try append(.anyScalar(includingNewline: includingNewline))
        case .set(let set): try append(.set(set))
        case .assertion(let assertion): try append(.assertion(assertion))
        case .sequence(let nodes): for node in nodes { try emit(node) }
        case .alternatives(let nodes): try alternatives(nodes)
        case .repetition(let node, let minimum, let maximum): try repetition(node, minimum, maximum)
        }
    }

    private mutating func alternatives(_ nodes: [RegexNode]) throws(Regex.Failure) {
        var jumps: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index < nodes.count - 1 else {
                try emit(node)
                break
            }
            let split = program.count
            try append(.split(split + 1, 0))
            try emit(node)
            jumps.append(program.count)
            try append(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        for jump in jumps { program[jump] = .jump(program.count) }
    }

    private mutating func repetition(_ node: RegexNode, _ minimum: Int, _ maximum: Int?) throws(Regex.Failure) {
        for _ in 0..<minimum {
            try spend()
            try emit(node)
        }
        guard let maximum else { return try unbounded(node) }
        var splits: [Int] = []
        for _ in minimum..<max(minimum, maximum) {
            splits.append(program.count)
            try append(.split(program.count + 1, 0))
            try emit(node)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }

    private mutating func unbounded(_ node: RegexNode) throws(Regex.Failure) {
        let split = program.count
        try append(.split(split + 1, 0))
        try emit(node)
        try append(.jump(split))
        program[split] = .split(split + 1, program.count)
    }
}
