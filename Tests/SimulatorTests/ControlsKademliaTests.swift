import Overlay
import Testing

@testable import Simulator

@Suite struct ControlsKademliaTests {
    @Test func everybodyIsFoundWithoutFaults() throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            let outcome = try ControlPlans.outcome(
                .plainKademlia, ControlPlans.plan(seed: seed, nodes: 40, seconds: 30))
            #expect(outcome.figures["lookup.success"] == 100)
            #expect(try #require(outcome.figures["lookup.exact"]) >= 90)
            // Who joined late is not known to all until the next refresh.
            #expect(try #require(outcome.figures["table.closest20"]) >= 90 && outcome.figures["table.stale"] == 0)
            #expect(try #require(outcome.figures["lookup.made"]) > 30)
        }
    }

    /// One path and belief in every answer: whoever misroutes next to the target hides it.
    @Test func misroutingNodesHideOthers() throws {
        var plan = ControlPlans.plan(seed: 3, nodes: 110, seconds: 40)
        let accomplices = NodeSelection.range(first: NodeIndex(3), count: 60)
        plan.faults = [PlannedFault(.malice(.misrouting), of: accomplices, from: .zero)]
        let figures = try ControlPlans.outcome(.plainKademlia, plan).figures
        let success = try #require(figures["lookup.success"])
        print("success when 60 of 110 misroute: \(success)")
        #expect(success < 95 && success > 5)
    }

    @Test func blackHolesMakeSearchesSlow() throws {
        var plan = ControlPlans.plan(seed: 5, nodes: 40, seconds: 30)
        let calm = try ControlPlans.outcome(.plainKademlia, plan).figures
        plan.faults = [PlannedFault(.malice(.blackHole), of: .share(Ratio(1, 4), salt: 1), from: .zero)]
        let slow = try ControlPlans.outcome(.plainKademlia, plan).figures
        #expect(try #require(slow["lookup.p50"]) > 5 * #require(calm["lookup.p50"]))
    }

    @Test func crashedNodesLeaveStaleEntries() throws {
        var plan = ControlPlans.plan(seed: 6, nodes: 40, seconds: 50)
        plan.faults = [
            PlannedFault(.crash(.kept), of: .except(.bootstraps), from: .seconds(45))
        ]
        let outcome = try ControlPlans.outcome(.plainKademlia, plan)
        #expect(try #require(outcome.figures["table.stale"]) > 50)
        #expect(outcome.series.last.map { $0.live } == 40)
    }

    @Test func nodesComeAndGo() throws {
        var plan = ControlPlans.plan(seed: 9, nodes: 40, seconds: 40)
        plan.churn = Churn(.bamboo, speedup: 2, from: .seconds(10))
        let outcome = try ControlPlans.outcome(.plainKademlia, plan)
        #expect(try #require(outcome.figures["table.stale"]) > 0)
        #expect(try #require(outcome.series.map(\.live).min()) < 40)
    }

    /// Keys next to one node's push the honest ones out of what a search for it ends with.
    @Test func sybilsCrowdOutNeighbours() throws {
        var plan = ControlPlans.plan(seed: 7, nodes: 60, seconds: 25)
        let sybils = NodeSelection.range(first: NodeIndex(35), count: 25)
        plan.faults = [PlannedFault(.malice(.sybil(near: NodeIndex(30))), of: sybils, from: .zero)]
        let population = try ControlPopulation(plan, mostNodes: 100)
        let control = KademliaControl(population)
        let nearest = control.order.nearest(20, to: control.tables.ids[30]) { $0 != 30 }
        #expect(nearest.allSatisfy { $0 >= 35 })
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
