extension Evaluation {
    /// Everything known, for an explanation to a person.
    public var world: World {
        World(
            facts: factsByOrigin.map { World.Facts(origins: $0.members, facts: $1) }, rules: rules, checks: checks,
            policies: authorizer.builder.policies, iterations: machine.iterations)
    }

    /// Facts grouped by the blocks they exist because of, the groups in a fixed order.
    var factsByOrigin: [(OriginSet, [Fact])] {
        var groups: [OriginSet: [Fact]] = [:]
        for (key, relation) in zip(machine.program.relations, machine.relations) {
            let name = machine.interner.bytes.string(key.name)
            for index in 0..<relation.count {
                let fact = Fact(name, relation.row(index).map { machine.interner.term($0) })
                groups[relation.origins[index], default: []].append(fact)
            }
        }
        return groups.sorted { $0.key.members.lexicographicallyPrecedes($1.key.members) }.map { ($0.key, $0.value) }
    }

    private var rules: [World.Contribution<Rule>] {
        contributions(authorizer.builder.rules) { $0.rules }
    }

    private var checks: [World.Contribution<Check>] {
        contributions(authorizer.builder.checks) { $0.checks }
    }

    private func contributions<Element>(
        _ own: [Element], _ select: (BlockBuilder) -> [Element]
    ) -> [World.Contribution<Element>] {
        var result: [World.Contribution<Element>] = []
        if !own.isEmpty { result.append(World.Contribution(origin: .authorizer, elements: own)) }
        for index in 0..<(blocks?.count ?? 0) {
            // Blocks were compiled, so that they can be lifted too.
            guard let block = try? blocks?.contents.builder(index) else { continue }
            let elements = select(block)
            if !elements.isEmpty { result.append(World.Contribution(origin: .block(index), elements: elements)) }
        }
        return result
    }
}

extension World: CustomStringConvertible {
    /// The world as Datalog text with comments that tell where everything comes from.
    public var description: String {
        Printer.print { printer in
            for group in facts {
                printer.write("// facts from \(group.origins.map(\.description).joined(separator: ", "))\n")
                for fact in group.facts.map(\.description).sorted(by: UTF8Order.isLess) { printer.write(fact + ";\n") }
            }
            for part in rules {
                printer.write("// rules of \(part.origin)\n")
                for rule in part.elements { printer.line { $0.rule(rule) } }
            }
            for part in checks {
                printer.write("// checks of \(part.origin)\n")
                for check in part.elements { printer.line { $0.check(check) } }
            }
            for policy in policies { printer.line { $0.policy(policy) } }
        }
    }
}
