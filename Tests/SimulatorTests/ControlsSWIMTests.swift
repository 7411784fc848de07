import Overlay
import Testing

@testable import Simulator

@Suite struct ControlsSWIMTests {
    private static func plan(seed: UInt64, seconds: UInt64 = 60) -> Plan {
        ControlPlans.plan(seed: seed, nodes: 30, seconds: seconds)
    }

    @Test func everybodyKnowsEverybodyWithoutFaults() throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            let outcome = try ControlPlans.outcome(.swim, Self.plan(seed: seed, seconds: 30))
            #expect(outcome.figures["accusations.false"] == 0 && outcome.figures["suspicions.false"] == 0)
            #expect(outcome.settledAt != nil)
        }
    }

    @Test func crashedNodesAreNoticed() throws {
        var plan = Self.plan(seed: 3)
        plan.faults = [
            PlannedFault(
                .crash(.kept), of: .list([NodeIndex(7), NodeIndex(20)]), from: .seconds(20), until: .seconds(50))
        ]
        let outcome = try ControlPlans.outcome(.swim, plan)
        // A period until a ping, a period for helpers, and 5 log 30 = 7 periods of suspicion.
        let first = try #require(outcome.figures["detection.first.p50"])
        #expect(first > 8_000 && first < 14_000)
        let detections = try #require(outcome.histograms.first { $0.name == "detection" })
        #expect(detections.count == 28 * 2)
        // They come back with a higher incarnation and are believed.
        #expect(outcome.settledAt != nil && outcome.figures["accusations.false"] == 0)
    }

    @Test func goodbyesAreHeardAtOnce() throws {
        var plan = Self.plan(seed: 4, seconds: 30)
        plan.faults = [PlannedFault(.departure, of: .list([NodeIndex(9)]), from: .seconds(20))]
        var run = try ControlRun(system: .swim, plan: plan)
        let outcome = run.finish()
        #expect(outcome.settledAt != nil && outcome.figures["suspicions.false"] == 0)
    }

    /// Those that stand still are given up. Verdicts that fall before a word of theirs can have come are not called wrong.
    @Test func stalledNodesAreGivenUp() throws {
        var plan = Self.plan(seed: 5, seconds: 90)
        plan.faults = [
            PlannedFault(.stall, of: .share(Ratio(1, 4), salt: 1), from: .seconds(20), until: .seconds(40)),
            PlannedFault(.stall, of: .share(Ratio(1, 4), salt: 2), from: .seconds(50), until: .seconds(70)),
        ]
        let outcome = try ControlPlans.outcome(.swim, plan)
        let calm = try ControlPlans.outcome(.swim, Self.plan(seed: 5, seconds: 90))
        #expect(try #require(outcome.figures["accusations.stalled"]) > 0 && outcome.figures["accusations.false"] == 0)
        #expect(calm.figures["accusations.stalled"] == 0 && calm.figures["accusations.false"] == 0)
    }

    /// Dead members are not asked any more, so both sides of a split stay without the other.
    @Test func splitsStay() throws {
        var plan = Self.plan(seed: 6, seconds: 90)
        plan.faults = [
            PlannedFault(.partition, of: .share(Ratio(1, 2), salt: 1), from: .seconds(15), until: .seconds(80))
        ]
        #expect(try ControlPlans.outcome(.swim, plan).settledAt == nil)
    }
}
