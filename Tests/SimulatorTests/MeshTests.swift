import Overlay
import Testing

@testable import Simulator

@Suite struct MeshTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func everybodyLearnsEverything(seed: UInt64) throws {
        print("seed \(seed)")
        var run = try Run(Plan(seed: seed, nodes: 8, duration: .seconds(20)))
        while !run.isDone { run.advance(by: .seconds(1)) }
        let outcome = run.finish()
        #expect(outcome.violations.first == [])
        #expect(outcome.settledAt != nil)
        #expect(run.world.nodes.allSatisfy { $0.peer.mesh.catalog.liveCount == 8 })
        #expect(outcome.figures["probe.found"] == 24)
    }

    @Test func aWorldOfOneIsContent() throws {
        var plan = Plan(seed: 1, nodes: 1, duration: .seconds(5))
        plan.bootstraps = 1
        var run = try Run(plan)
        #expect(run.finish().violations.first == [])
    }

    @Test func publishersLieEvenly() throws {
        var plan = Plan(seed: 1, nodes: 12, duration: .seconds(15))
        plan.publishers = 3
        plan.absent = [NodeIndex(1), NodeIndex(7)]
        var run = try Run(plan)
        let outcome = run.finish()
        #expect(outcome.violations.first == [])
        #expect(run.world.nodes.count == 10)
        #expect(run.world.nodes.allSatisfy { $0.peer.mesh.catalog.liveCount == 3 })
        let listed = run.world.nodes.filter { $0.peer.mesh.catalog[$0.peer.id] != nil }.map(\.index)
        #expect(listed == [0, 4, 8].map(NodeIndex.init))
    }

    /// How long changes take to all others, all together, once everybody is linked.
    private func deliveryTime(loss: Ratio) throws -> TimeSpan {
        var plan = Plan(seed: 5, nodes: 6, duration: .seconds(80))
        plan.loss = loss
        var world = try World(plan)
        world.keepDeliveries()
        world.run(until: .zero + .seconds(30))
        let before = world.deliveries.spans.count
        for change in 1...10 {
            try world.offer(1 + change, by: NodeIndex(change % 6))
            world.run(until: world.now + .seconds(5))
        }
        let spans = world.deliveries.spans.dropFirst(before)
        #expect(spans.count >= 50)
        return spans.reduce(.zero, +)
    }

    @Test func lossDelaysEntries() throws {
        let (without, with) = (try deliveryTime(loss: .never), try deliveryTime(loss: Ratio(1, 3)))
        #expect(without < with)
    }

    @Test func usersSearch() throws {
        var plan = Plan(seed: 9, nodes: 10, duration: .seconds(20))
        plan.workloads = [Workload(.lookup, 5, per: .seconds(1), from: .seconds(10), until: .seconds(18))]
        var run = try Run(plan)
        let outcome = run.finish()
        #expect(outcome.violations.first == [])
        #expect(outcome.figures["lookup.made"] == 40)
        #expect(outcome.figures["lookup.success"] ?? 0 >= 95)
        #expect(outcome.figures["lookup.p50"] ?? 0 >= 20)
    }

    @Test func impossibleWorldsAreRefused() {
        var plan = Plan(seed: 1, nodes: 0, duration: .seconds(1))
        #expect(throws: WorldError.self) { try Setup(plan, tampering: nil) }
        plan.nodes = 3
        plan.bootstraps = 4
        #expect(throws: WorldError.self) { try Setup(plan, tampering: nil) }
        plan.bootstraps = 1
        plan.publishers = 4
        #expect(throws: WorldError.self) { try Setup(plan, tampering: nil) }
        plan.publishers = 3
        plan.servicesPerPublisher = 65
        #expect(throws: WorldError.self) { try Setup(plan, tampering: nil) }
        plan.servicesPerPublisher = 1
        plan.threads = 0
        #expect(throws: WorldError.self) { try Setup(plan, tampering: nil) }
    }
}
