import Overlay

/// What is between the nodes of a drawn plan.
extension PlanDraw {
    func addNetwork(to plan: inout Plan) {
        plan.latency = latency()
        var dice = dice(.packets)
        plan.jitterPercent = dice.pick([0, 10, 10, 50, 200])
        plan.loss = dice.pick([.never, Ratio(1, 200), Ratio(1, 50), Ratio(1, 20), Ratio(3, 20)])
        plan.duplication = dice.pick([.never, .never, Ratio(1, 50), Ratio(1, 5)])
        plan.bandwidth = dice.happens(1, 8) ? dice.number(in: 250_000...2_500_000) : nil
        plan.burstLoss = bursts()
        plan.translators = translators(within: plan)
    }

    private func bursts() -> BurstLoss? {
        var dice = dice(.bursts)
        guard dice.happens(1, 6) else { return nil }
        return BurstLoss(
            badShare: Ratio(dice.number(in: 1...10), 20), meanBad: dice.milliseconds(in: 100...3_000),
            loss: Ratio(dice.number(in: 1...9), 10))
    }

    private func latency() -> LatencyModel {
        var dice = dice(.latency)
        switch dice.below(8) {
        case 0...3:
            let shortest = dice.number(in: 1...100)
            return .uniform(SpanRange(.milliseconds(shortest), .milliseconds(shortest + dice.number(in: 0...200))))
        case 4, 5: return .logNormal(median: dice.milliseconds(in: 5...100), spread: dice.number(in: 100...800))
        case 6: return .geographic
        default:
            let regions = dice.number(in: 2...4)
            let far = dice.number(in: 20_000...150_000)
            return .matrix((0..<regions).map { row in (0..<regions).map { row == $0 ? 5_000 : far } })
        }
    }

    /// Some nodes behind translators of one kind, in one of eight plans; half of the nodes at most, and never those that
    /// everybody begins with.
    private func translators(within plan: Plan) -> [Plan.Translator] {
        var dice = dice(.translators)
        guard dice.happens(1, 8) else { return [] }
        let dependences = NATKind.Dependence.allCases
        let kind = NATKind(
            mapping: dice.pick(dependences), filtering: dice.pick(dependences),
            timeout: .seconds(dice.pick([30, 60, 120, 300])), hasHairpin: dice.happens(1, 2),
            preservesPorts: dice.happens(1, 2))
        return [Plan.Translator(kind, before: .list(nodes(Ratio(dice.number(in: 1...4), 8), within: plan, &dice)))]
    }
}
