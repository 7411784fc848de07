/// One criterion over all runs of our node in a scenario.
struct CriterionSummary {
    let name: String
    let bound: String
    let values: Spread?
    let passed: Int
    let runs: Int

    /// In the order in which the runs name them; a figure may have several bounds.
    static func all(of records: [RunRecord]) -> [CriterionSummary] {
        struct Key: Hashable {
            let name: String
            let bound: String
        }
        var order: [Key] = []
        var found: [Key: [RecordedCriterion]] = [:]
        for criterion in records.flatMap(\.criteria) {
            let key = Key(name: criterion.name, bound: criterion.bound)
            if found[key] == nil { order.append(key) }
            found[key, default: []].append(criterion)
        }
        return order.map { key in
            let criteria = found[key] ?? []
            return CriterionSummary(
                name: key.name, bound: key.bound, values: Spread(criteria.compactMap(\.value)),
                passed: criteria.count(where: \.hasPassed), runs: criteria.count)
        }
    }

    var hasPassed: Bool { passed == runs }

    var verdictText: String {
        if hasPassed { return "pass" }
        return runs == 1 ? "falls short" : "falls short on \(runs - passed) of \(runs) seeds"
    }

    var medianText: String { values.map { text($0.median) } ?? "–" }

    var worstText: String { values.map { text($0.worst(worstDirection)) } ?? "–" }

    /// Of one opponent, with the seeds' median; nil when it has no such figure.
    func value(of records: [RunRecord]) -> String? {
        Spread(records.compactMap { $0.figure(name) }).map { text($0.median) }
    }

    /// `gossipsub 120 ms, flooding 80 ms`; systems by name.
    func opponentsText(_ records: [RunRecord]) -> String {
        let systems = Set(records.map(\.system)).sorted()
        let texts = systems.compactMap { system in
            value(of: records.filter { $0.system == system }).map { "\(system) \($0)" }
        }
        return texts.isEmpty ? "–" : texts.joined(separator: ", ")
    }

    func text(_ value: Double) -> String { ValueText.value(value, FigureKind.of(name).unit) }

    /// A bound from below makes the least value the worst, whatever the figure.
    private var worstDirection: FigureKind.Direction {
        if bound.hasPrefix(">") { return .higher }
        return bound.hasPrefix("<") ? .lower : FigureKind.of(name).better
    }
}
