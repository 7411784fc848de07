import Inference
import Overlay
import Testing

@testable import Simulator

/// Worlds follow everything that their plan says about the network, and about nodes that come and go.
@Suite struct WorldConditionsTests {
    private func plan(nodes: Int = 6, seed: UInt64 = 9, duration: UInt64 = 40) -> Plan {
        Plan(seed: seed, nodes: nodes, duration: .seconds(duration))
    }

    @Test(
        arguments: [
            .geographic, .logNormal(median: .milliseconds(60), spread: 500),
            .matrix([[1_000, 80_000], [90_000, 2_000]]),
        ] as [LatencyModel])
    func meshesFormUnderEveryLatencyModel(_ model: LatencyModel) throws {
        var plan = plan()
        plan.latency = model
        var run = try Run(plan)
        #expect(run.finish().violations.first == [])
        #expect(run.world.nodes.allSatisfy { $0.peer.mesh.catalog.liveCount == 6 })
    }

    /// The worst delivery of some updates.
    private func worstDelivery(_ change: (inout Plan) -> Void) throws -> Double {
        var plan = plan()
        plan.loss = .never
        plan.workloads = [Workload(.update, 1, per: .seconds(1), from: .seconds(15), until: .seconds(35))]
        change(&plan)
        var run = try Run(plan)
        let outcome = run.finish()
        // A peer that did not answer in time is left alone for a minute, so searches may miss it for as long.
        #expect(outcome.violations.first.filter { $0.property != .lookupFailed } == [])
        return try #require(outcome.figures["delivery.max"])
    }

    @Test func lossesOfAFaultDelay() throws {
        let calm = try worstDelivery { _ in }
        let lossy = try worstDelivery { plan in
            plan.faults = [PlannedFault(.loss(Ratio(1, 2)), of: .all, from: .seconds(10))]
        }
        #expect(lossy > calm + 200)
    }

    @Test func burstsOfLossDelay() throws {
        let calm = try worstDelivery { _ in }
        let lossy = try worstDelivery { plan in
            plan.burstLoss = BurstLoss(badShare: Ratio(1, 3), meanBad: .milliseconds(500), loss: Ratio(4, 5))
        }
        #expect(lossy > calm + 200)
    }

    @Test func littleBandwidthDelays() throws {
        let calm = try worstDelivery { _ in }
        let narrow = try worstDelivery { $0.bandwidth = 3_000 }
        #expect(narrow > calm + 100)
    }

    @Test func nodesComeAndGo() throws {
        var plan = plan(nodes: 8, duration: 60)
        plan.churn = Churn(.bamboo, speedup: 8, from: .seconds(10))
        var run = try Run(plan)
        run.advance(by: .seconds(59))
        let restarted = run.world.nodes.count { $0.starts > 1 }
        #expect(restarted > 0)
        let outcome = run.finish()
        #expect(outcome.violations.first == [])
        #expect(run.world.nodes.allSatisfy { $0.isRunning })
    }

    @Test func nobodyConnectsToANodeBehindATranslator() throws {
        var plan = plan()
        let kind = NATKind(
            mapping: .endpointIndependent, filtering: .addressAndPortDependent, timeout: .seconds(120),
            hasHairpin: false)
        plan.translators = [Plan.Translator(kind, before: .list([NodeIndex(4), NodeIndex(5)]))]
        var run = try Run(plan)
        #expect(run.finish().violations.first == [])
        for node in run.world.nodes where node.index.offset >= 4 {
            // They find that out by themselves.
            #expect(node.peer.kademlia.dialBacks.reach == .unreached && !node.peer.isServer)
            #expect(node.peer.kademlia.own.contact.addresses.allSatisfy { UDPEndpoint($0) == nil })
            let links = node.peer.linkSummaries(at: node.clock.moment(at: run.world.now).instant)
            #expect(!links.isEmpty && links.allSatisfy { $0.direction == .outbound })
        }
        // So do the others, and keep no place for those.
        for node in run.world.nodes where node.index.offset < 4 {
            #expect(node.peer.isServer && node.peer.kademlia.dialBacks.reach != .unreached)
            #expect(node.tableMembers(run.world.setup.numbers).allSatisfy { $0.offset < 4 })
        }
    }

    @Test func faultsSelectRegions() throws {
        var plan = plan(nodes: 12, duration: 20)
        plan.latency = .matrix([[10_000, 40_000], [40_000, 10_000]])
        plan.faults = [PlannedFault(.crash(.kept), of: .region(1), from: .seconds(10))]
        let model = try NetworkModel(plan)
        var world = try World(plan)
        world.run(until: .zero + .seconds(15))
        let there = (0..<12).filter { model.region(of: NodeIndex($0)) == 1 }
        #expect(!there.isEmpty && there.count < 12)
        #expect(world.nodes.filter { !$0.isRunning }.map(\.index.offset) == there)
    }

    /// A world in one part and in two, with everything that the network and churn do.
    @Test func partsChangeNothing() throws {
        func outcome(threads: Int) throws -> RunOutcome {
            var plan = plan(nodes: 9, seed: 3, duration: 20)
            plan.threads = threads
            plan.latency = .geographic
            plan.bandwidth = 50_000
            plan.churn = Churn(.bamboo, speedup: 10, from: .seconds(6))
            plan.faults = [PlannedFault(.loss(Ratio(1, 5)), of: .share(Ratio(1, 2), salt: 1), from: .seconds(5))]
            plan.workloads = [
                Workload(.update, 1, per: .seconds(1), from: .seconds(6), until: .seconds(18)),
                Workload(.request(bytes: 3_000), 1, per: .seconds(1), from: .seconds(6), until: .seconds(18)),
            ]
            var run = try Run(plan)
            return run.finish()
        }
        let (one, two) = (try outcome(threads: 1), try outcome(threads: 2))
        #expect(one.digest == two.digest && one.events == two.events && one.figures == two.figures)
        #expect(one.violations.first == two.violations.first)
    }
}
