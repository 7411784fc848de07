import Overlay
import Testing

@testable import Simulator

/// Artificial defects whose smallest plan is known.
@Suite struct SwarmShrinkerTests {
    private static let start: Plan = {
        var plan = Plan(seed: 1, nodes: 64, duration: .seconds(60))
        plan.knobs = Knob.Name.allCases.map { Knob($0, $0.range.lowerBound) }
        plan.churn = Churn(.bamboo, from: .seconds(3))
        for number in 1...6 {
            let end = TimeSpan.seconds(UInt64(number) * 10)
            plan.workloads.append(Workload(.update, 20 * number, per: .seconds(1), from: .zero, until: end))
        }
        for number in 0..<40 {
            let kind: PlannedFault.Kind = number % 3 == 0 ? .partition : .delay(.milliseconds(UInt64(number)))
            let nodes = NodeSelection.list((number..<number + 8).map { NodeIndex($0) })
            let start = TimeSpan.seconds(UInt64(number))
            plan.faults.append(PlannedFault(kind, of: nodes, from: start, until: start + .seconds(15)))
        }
        return plan
    }()

    /// Checks on the way that whatever comes out fails.
    private func shrink(_ plan: Plan, budget: Int = 5_000, _ fails: @escaping (Plan) -> VirtualTime?)
        -> Shrinker.Outcome
    {
        var shrinker = Shrinker(plan, failingAt: fails(plan) ?? .zero, budget: budget, attempt: fails)
        let outcome = shrinker.shrink()
        #expect(fails(outcome.plan) != nil)
        #expect(outcome.runs <= budget)
        return outcome
    }

    @Test func whatAlwaysFailsBecomesNothing() {
        let outcome = shrink(Self.start) { _ in .zero }
        let plan = outcome.plan
        #expect(plan.nodes == 1 && plan.bootstraps == 1 && plan.publishers == 0)
        #expect(plan.faults.isEmpty && plan.workloads.isEmpty && plan.knobs.isEmpty && plan.churn == nil)
        #expect(plan.duration == .milliseconds(100) && plan.loss == .never && plan.jitterPercent == 0)
        #expect(outcome.isMinimal && outcome.runs < 60)
    }

    @Test func twoFaultsThatFailTogetherAreFound() {
        let delays: Set = [TimeSpan.milliseconds(5), .milliseconds(31)]
        let outcome = shrink(Self.start) { plan in
            let present = plan.faults.compactMap { fault in
                if case .delay(let span) = fault.kind { span } else { nil }
            }
            return delays.isSubset(of: Set(present)) ? .zero + .seconds(50) : nil
        }
        #expect(Set(outcome.plan.faults.map(\.kind)) == Set(delays.map { .delay($0) }))
        #expect(outcome.plan.faults.count == 2 && outcome.plan.workloads.isEmpty && outcome.isMinimal)
        #expect(outcome.runs < 400)
    }

    @Test func nodesThatAreNeededKeepTheirNumbers() {
        let needed = [11, 23].map(NodeIndex.init)
        let outcome = shrink(Self.start) { plan in
            needed.allSatisfy { plan.present.contains($0) } && plan.present.count >= 3 ? .zero : nil
        }
        #expect(outcome.plan.present == [NodeIndex(0)] + needed && outcome.plan.nodes == 24)
        #expect(outcome.isMinimal && outcome.runs < 400)
    }

    @Test func numbersBecomeTheSmallestThatFail() {
        let outcome = shrink(Self.start) { plan in
            let fault = plan.faults.first { $0.kind == .partition }
            let length = fault.map { ($0.end ?? plan.duration).milliseconds - $0.start.milliseconds } ?? 0
            let operations = plan.workloads.first?.count ?? 0
            let members: Set = [NodeIndex(9), NodeIndex(12)]
            guard length >= 2_300, operations >= 17, plan.publishers >= 5, fault?.nodes.has(members) == true else {
                return nil
            }
            return .zero + .milliseconds(40_050)
        }
        let plan = outcome.plan
        #expect(plan.publishers == 5 && plan.workloads.map(\.count) == [17] && plan.faults.count == 1)
        let fault = plan.faults[0]
        #expect(fault.end.map { $0.milliseconds - fault.start.milliseconds } == 2_300)
        #expect(fault.nodes == .list([NodeIndex(9), NodeIndex(12)]) && plan.nodes == 13)
        #expect(outcome.isMinimal && outcome.runs < 500)
    }

    @Test func theHorizonComesBehindTheFailure() {
        let outcome = shrink(Self.start) { plan in
            plan.duration >= .milliseconds(12_345) ? .zero + .milliseconds(12_345) : nil
        }
        #expect(outcome.plan.duration == .milliseconds(12_400))
    }

    @Test func knobsAndLossStayWhenTheyMatter() {
        let outcome = shrink(Self.start) { plan in
            plan.knobs.contains { $0.name == .activeView } && plan.loss != .never ? .zero : nil
        }
        #expect(outcome.plan.knobs == [Knob(.activeView, 3)] && outcome.plan.loss == Self.start.loss)
    }

    @Test func theBudgetIsKept() {
        let outcome = shrink(Self.start, budget: 7) { $0.faults.count >= 3 ? .zero : nil }
        #expect(outcome.runs == 7 && !outcome.isMinimal)
    }

    /// Defects that come and go with things that have nothing to do with them: the result may not be the smallest, but it
    /// fails, and the search ends.
    @Test(arguments: 0..<20) func erraticDefectsStillFail(_ round: UInt64) {
        let draws = Draws(seed: round)
        let outcome = shrink(Self.start, budget: 2_000) { plan in
            if plan == Self.start { return .zero + .seconds(1) }
            let subject = UInt64(plan.faults.count * 1_000 + plan.present.count)
            return draws.happens(Ratio(1, 3), .test, of: subject) ? .zero + .seconds(1) : nil
        }
        #expect(outcome.isMinimal, "round \(round)")
    }

    @Test func everyStepIsTold() {
        let outcome = shrink(Self.start) { $0.faults.count >= 3 ? .zero : nil }
        #expect(outcome.steps.contains { $0.change == "workloads: 6 to 0" })
        #expect(outcome.steps.map(\.runs) == outcome.steps.map(\.runs).sorted())
    }
}

extension NodeSelection {
    fileprivate func has(_ nodes: Set<NodeIndex>) -> Bool {
        if case .list(let members) = self { nodes.isSubset(of: Set(members)) } else { false }
    }
}
