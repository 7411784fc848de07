/// Walks over the combinations of facts that match the body of a rule, one atom after the other.
///
/// Values of variables are left in the machine's slots. Nothing recurses: a body may have thousands of atoms.
struct Join {
    private let rule: CompiledRule
    /// The position whose facts must be new, in semi-naive evaluation.
    private let newAt: Int?
    /// The next row to look at, per atom.
    private var cursors: [Int]
    /// Origins of the facts chosen so far, per atom.
    private var origins: [OriginSet]
    private var level = 0
    private var isStarted = false

    init(_ rule: CompiledRule, newAt: Int?) {
        self.rule = rule
        self.newAt = newAt
        cursors = [Int](repeating: 0, count: rule.bodyCount)
        origins = [OriginSet](repeating: .none, count: rule.bodyCount + 1)
    }

    /// The origins of all facts of the current combination.
    var origin: OriginSet { origins[rule.bodyCount] }

    /// Moves to the next combination.
    mutating func next(_ machine: inout Machine) throws(ExecutionError) -> Bool {
        if !isStarted {
            isStarted = true
            try machine.charge(1 + rule.bodyCount)
            machine.reserve(rule.slotCount)
            if rule.bodyCount == 0 { return true }
            cursors[0] = range(0, machine).lowerBound
        } else {
            level -= 1
        }
        while level >= 0 {
            if try advance(&machine) {
                level += 1
                if level == rule.bodyCount { return true }
                cursors[level] = range(level, machine).lowerBound
            } else {
                level -= 1
            }
        }
        return false
    }

    /// Chooses the next matching fact for the atom at the current level.
    private mutating func advance(_ machine: inout Machine) throws(ExecutionError) -> Bool {
        let atom = machine.program.atoms[rule.body.lowerBound + level]
        let end = range(level, machine).upperBound
        while cursors[level] < end {
            let row = cursors[level]
            cursors[level] += 1
            try machine.charge(1 + atom.terms.count / 4)
            let origin = machine.relations[atom.relation].origins[row]
            guard origin.isSubset(of: rule.trusted), machine.match(atom, row) else { continue }
            origins[level + 1] = origins[level].union(origin)
            return true
        }
        return false
    }

    private func range(_ level: Int, _ machine: Machine) -> Range<Int> {
        let relation = machine.program.atoms[rule.body.lowerBound + level].relation
        guard let newAt else { return 0..<machine.visible[relation] }
        if level < newAt { return 0..<machine.old[relation] }
        return level == newAt ? machine.old[relation]..<machine.visible[relation] : 0..<machine.visible[relation]
    }
}

extension Machine {
    mutating func reserve(_ slotCount: Int) {
        if slots.count < slotCount {
            slots += [Value](repeating: .null, count: slotCount - slots.count)
        }
    }

    /// Whether a fact fits the pattern; variables that occur first in it are bound.
    mutating func match(_ atom: Atom, _ row: Int) -> Bool {
        let relation = relations[atom.relation]
        let start = row * relation.arity
        for offset in 0..<relation.arity {
            let pattern = program.terms[atom.terms.lowerBound + offset]
            let value = relation.values[start + offset]
            switch pattern.type {
            case .binding: slots[pattern.slot] = value
            case .variable: if slots[pattern.slot] != value { return false }
            default: if pattern != value { return false }
            }
        }
        return true
    }
}
