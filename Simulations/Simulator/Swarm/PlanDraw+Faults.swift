import Overlay

/// What goes wrong in a drawn plan.
extension PlanDraw {
    /// Kinds of faults without their particulars.
    private enum Kind: CaseIterable {
        case partition, deafness, cut, oneWayCut, reset, loss, delay, duplication, reordering
        case crash, departure, stall, slowness, clockStep, clockDrift

        func weight(for focus: SwarmFocus) -> UInt64 {
            switch (focus, self) {
            case (.catalog, .partition), (.catalog, .cut), (.catalog, .reset), (.catalog, .clockStep): 4
            case (.routing, .crash), (.routing, .departure), (.routing, .partition): 4
            case (.links, .reset), (.links, .oneWayCut), (.links, .stall), (.links, .deafness), (.links, .loss): 4
            default: 1
            }
        }
    }

    /// More of them make runs longer and hide each other.
    private static let mostFaults: UInt64 = 16

    func faults(within plan: Plan) -> [PlannedFault] {
        var dice = dice(.faults)
        let weights = Kind.allCases.map { kind in
            let weight = dice.number(in: 1...100) * kind.weight(for: focus)
            return dice.happens(1, 2) ? weight : 0
        }
        guard weights.contains(where: { $0 > 0 }), dice.happens(7, 8) else { return [] }
        let count = dice.logarithmic(in: 1...Self.mostFaults)
        return (0..<count).map { number in
            // Dice of its own for each, beyond those of the parts.
            var dice = Dice(draws, for: Part.faults.rawValue << 16 | number)
            return fault(Kind.allCases[dice.place(among: weights)], within: plan, &dice)
        }
    }

    private func fault(_ kind: Kind, within plan: Plan, _ dice: inout Dice) -> PlannedFault {
        let length = plan.duration.milliseconds
        let start = dice.number(in: length / 10...length * 9 / 10)
        let end = min(length, start + dice.logarithmic(in: 200...max(400, length / 2)))
        let nodes = NodeSelection.list(victims(within: plan, &dice))
        return PlannedFault(
            planned(kind, within: plan, &dice), of: nodes, from: .milliseconds(start), until: .milliseconds(end))
    }

    /// One node, some, or many.
    private func victims(within plan: Plan, _ dice: inout Dice) -> [NodeIndex] {
        let share = dice.pick([0, 0, 8, 4, 2] as [UInt64])
        guard share > 0 else { return [NodeIndex(Int(dice.below(UInt64(plan.nodes))))] }
        let some = (0..<plan.nodes).filter { _ in dice.happens(1, share) }.map(NodeIndex.init)
        return some.isEmpty ? [NodeIndex(Int(dice.below(UInt64(plan.nodes))))] : some
    }

    private func planned(_ kind: Kind, within plan: Plan, _ dice: inout Dice) -> PlannedFault.Kind {
        switch kind {
        case .partition: .partition
        case .deafness: .deafness
        case .cut: .cut(from: .list(victims(within: plan, &dice)))
        case .oneWayCut: .oneWayCut(to: .list(victims(within: plan, &dice)))
        case .reset: .reset
        case .loss: .loss(Ratio(dice.number(in: 1...9), 10))
        case .delay: .delay(.milliseconds(dice.logarithmic(in: 10...5_000)))
        case .duplication: .duplication(Ratio(dice.number(in: 1...9), 10))
        case .reordering: .reordering(Ratio(dice.number(in: 1...9), 10))
        case .crash: .crash(dice.pick(PlannedFault.Disk.allCases))
        case .departure: .departure
        case .stall: .stall
        case .slowness: .slowness(.microseconds(dice.logarithmic(in: 100...20_000)))
        case .clockStep: .clockStep(clockStep(within: plan, &dice))
        case .clockDrift: .clockDrift(Int64(dice.number(in: 0...1_000)) - 500)
        }
    }

    /// Within what the cores promise to bear: two clocks differ by less than their bound of 120 s, and by less than entries
    /// live.
    private func clockStep(within plan: Plan, _ dice: inout Dice) -> Int64 {
        let isShortLived = plan.knobs.contains { $0.name == .entryTTL }
        let most: UInt64 = isShortLived ? 5_000 : 30_000
        return (Int64(dice.number(in: 0...2 * most)) - Int64(most)) * 1_000_000
    }

    // MARK: Malice

    /// In one of four plans, up to a fifth of the nodes are malicious, all in one way.
    func malice(within plan: Plan) -> [PlannedFault] {
        var dice = dice(.malice)
        guard plan.nodes >= 8, dice.happens(1, 4) else { return [] }
        let first = plan.bootstraps
        let count = dice.number(in: 1...UInt64(max(1, (plan.nodes - first) / 5)))
        let behaviour = behaviour(within: plan, &dice)
        // The last ones, so that victims among the first are honest.
        let nodes = NodeSelection.range(first: NodeIndex(plan.nodes - Int(count)), count: Int(count))
        let start = dice.number(in: 0...plan.duration.milliseconds / 2)
        return [PlannedFault(.malice(behaviour), of: nodes, from: .milliseconds(start))]
    }

    private func behaviour(within plan: Plan, _ dice: inout Dice) -> Behaviour {
        let victim = NodeIndex(Int(dice.below(UInt64(plan.nodes / 2))))
        let rate = dice.logarithmic(in: 1...64)
        switch dice.below(8) {
        case 0: return .blackHole
        case 1: return .misrouting
        case 2: return .poisoning(perSecond: rate)
        case 3: return .replay(perSecond: rate)
        case 4: return .equivocation
        case 5: return .flooding(perSecond: rate)
        case 6: return .eclipse(victim: victim)
        default: return .sybil(near: victim)
        }
    }
}
