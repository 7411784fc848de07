import Overlay
import Testing

@testable import Simulator

@Suite struct ControlsKademliaTests {
    @Test func everybodyIsFoundWithoutFaults() throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            let outcome = try ControlPlans.outcome(
                .plainKademlia, ControlPlans.plan(seed: seed, nodes: 80, seconds: 60))
            #expect(outcome.figures["lookup.success"] == 100 && outcome.figures["lookup.exact"] == 100)
            #expect(outcome.figures["table.closest20"] == 100 && outcome.figures["table.stale"] == 0)
            #expect(try #require(outcome.figures["lookup.made"]) > 100)
            #expect(outcome.settledAt != nil)
        }
    }

    /// One path and belief in every answer: whoever misroutes next to the target hides it.
    @Test func misroutingNodesHideOthers() throws {
        var success: [Double] = []
        for percent in [0, 20, 50] as [UInt64] {
            var plan = ControlPlans.plan(seed: 3, nodes: 120, seconds: 60)
            let accomplices = NodeSelection.share(Ratio(percent, 100), salt: 4)
            plan.faults = [PlannedFault(.malice(.misrouting), of: accomplices, from: .zero)]
            success.append(try #require(ControlPlans.outcome(.plainKademlia, plan).figures["lookup.success"]))
        }
        print("success with 0, 20 and 50 % that misroute: \(success)")
        #expect(success[0] == 100 && success[1] <= success[0] && success[2] < success[1] && success[2] < 97)
    }

    @Test func blackHolesMakeSearchesSlow() throws {
        var plan = ControlPlans.plan(seed: 5, nodes: 80, seconds: 60)
        let calm = try ControlPlans.outcome(.plainKademlia, plan).figures
        plan.faults = [PlannedFault(.malice(.blackHole), of: .share(Ratio(1, 4), salt: 1), from: .zero)]
        let slow = try ControlPlans.outcome(.plainKademlia, plan).figures
        #expect(try #require(slow["lookup.p50"]) > 5 * #require(calm["lookup.p50"]))
    }

    @Test func crashedNodesLeaveStaleEntries() throws {
        var plan = ControlPlans.plan(seed: 6, nodes: 80, seconds: 50)
        plan.faults = [
            PlannedFault(.crash(.kept), of: .except(.bootstraps), from: .seconds(45))
        ]
        let outcome = try ControlPlans.outcome(.plainKademlia, plan)
        #expect(try #require(outcome.figures["table.stale"]) > 50)
        #expect(outcome.series.last.map { $0.live } == 80)
    }

    /// Keys next to one node's push the honest ones out of what a search for it ends with.
    @Test func sybilsCrowdOutNeighbours() throws {
        var plan = ControlPlans.plan(seed: 7, nodes: 100, seconds: 50)
        let sybils = NodeSelection.range(first: NodeIndex(70), count: 30)
        plan.faults = [PlannedFault(.malice(.sybil(near: NodeIndex(50))), of: sybils, from: .zero)]
        let population = try ControlPopulation(plan, mostNodes: 100)
        let control = KademliaControl(population)
        let nearest = control.order.nearest(20, to: control.tables.ids[50]) { $0 != 50 }
        #expect(nearest.allSatisfy { $0 >= 70 })
        #expect(try ControlPlans.outcome(.plainKademlia, plan).figures["lookup.success"] == 100)
    }

    @Test func newConnectionsCostRoundTrips() throws {
        var plan = ControlPlans.plan(seed: 8, nodes: 10, seconds: 30)
        plan.latency = .uniform(SpanRange(.milliseconds(50), .milliseconds(50)))
        plan.jitterPercent = 0
        let figures = try ControlPlans.outcome(.plainKademlia, plan).figures
        // Everybody knows everybody by then: one question to the target, and the others at the same time.
        #expect(try #require(figures["lookup.found.p50"]) >= 100)
        #expect(try #require(figures["joined.p50"]) >= 500)
    }
}
