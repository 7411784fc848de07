import Overlay
import Testing

@testable import Simulator

@Suite struct ControlsBroadcastTests {
    @Test(arguments: [ControlSystem.gossipsub, .flooding])
    func everythingArrivesWithoutFaults(system: ControlSystem) throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            let figures = try ControlPlans.outcome(system, ControlPlans.plan(seed: seed, nodes: 40, seconds: 20))
                .figures
            #expect(figures["delivery.missed"] == 0 && figures["components"] == 1)
            #expect(try #require(figures["delivery.max"]) < 2_000)
            #expect(try #require(figures["settled"]) == 0)
        }
    }

    @Test func lossDelaysAndLosesNothing() throws {
        var plan = ControlPlans.plan(seed: 3, nodes: 40, seconds: 20)
        let calm = try ControlPlans.outcome(.gossipsub, plan).figures
        plan.loss = Ratio(2, 5)
        let lossy = try ControlPlans.outcome(.gossipsub, plan).figures
        #expect(lossy["delivery.missed"] == 0)
        #expect(try #require(lossy["delivery.max"]) > #require(calm["delivery.max"]))
    }

    @Test func floodingSendsMost() throws {
        let plan = ControlPlans.plan(seed: 4, nodes: 60, seconds: 25)
        let flooding = try ControlPlans.outcome(.flooding, plan).figures
        let gossipsub = try ControlPlans.outcome(.gossipsub, plan).figures
        let (most, less) = (try #require(flooding["redundancy"]), try #require(gossipsub["redundancy"]))
        #expect(most > 10 && most > 1.5 * less && less > 2)
        #expect(try #require(flooding["bytes.perDelivery"]) > #require(gossipsub["bytes.perDelivery"]))
    }

    /// What was published while a network was split is older than the windows that gossip is about when it heals.
    @Test func gossipsubLosesWhatIsOlderThanItsCache() throws {
        var plan = ControlPlans.plan(seed: 5, nodes: 30, seconds: 100)
        plan.workloads = [Workload(.update, 1, per: .seconds(1), from: .seconds(50), until: .seconds(60))]
        plan.faults = [
            PlannedFault(.partition, of: .share(Ratio(1, 2), salt: 1), from: .seconds(10), until: .seconds(85))
        ]
        let outcome = try ControlPlans.outcome(.gossipsub, plan)
        #expect(try #require(outcome.figures["delivery.missed"]) > 20)
        #expect(outcome.settledAt == nil && outcome.figures["components"] == 1)
    }

    /// A cut shorter than connections last is mended by what is sent again.
    @Test func shortCutsLoseNothing() throws {
        var plan = ControlPlans.plan(seed: 6, nodes: 50, seconds: 40)
        plan.faults = [
            PlannedFault(.partition, of: .share(Ratio(1, 2), salt: 1), from: .seconds(15), until: .seconds(20))
        ]
        #expect(try ControlPlans.outcome(.gossipsub, plan).figures["delivery.missed"] == 0)
    }

    @Test func blackHolesAreRoutedAround() throws {
        var plan = ControlPlans.plan(seed: 7, nodes: 50, seconds: 30)
        plan.faults = [PlannedFault(.malice(.blackHole), of: .share(Ratio(1, 3), salt: 2), from: .zero)]
        let outcome = try ControlPlans.outcome(.gossipsub, plan)
        #expect(try #require(outcome.figures["delivery.missed"]) < 1)
        #expect(outcome.places.count { $0.isMalicious } > 10)
    }

    @Test func meshesHaveTheirDegree() throws {
        let mesh = try ControlPlans.outcome(.gossipsub, ControlPlans.plan(seed: 8, nodes: 50, seconds: 30)).histograms
            .first { $0.name == "mesh" }
        let settings = GossipsubSettings()
        let (least, greatest) = (try #require(mesh?.value(atThousandth: 0)), try #require(mesh?.greatest))
        #expect(least >= UInt64(settings.lowDegree) && greatest <= UInt64(settings.highDegree) + 1)
    }

    @Test func slowNodesAndStalledOnesDelay() throws {
        var plan = ControlPlans.plan(seed: 9, nodes: 40, seconds: 28)
        let calm = try ControlPlans.outcome(.flooding, plan).figures
        plan.faults = [
            PlannedFault(.slowness(.milliseconds(3)), of: .share(Ratio(1, 4), salt: 1), from: .seconds(5)),
            PlannedFault(.stall, of: .share(Ratio(1, 8), salt: 2), from: .seconds(20), until: .seconds(23)),
        ]
        let slow = try ControlPlans.outcome(.flooding, plan).figures
        #expect(slow["delivery.missed"] == 0)
        #expect(try #require(slow["delivery.max"]) > #require(calm["delivery.max"]) + 1_000)
    }
}
