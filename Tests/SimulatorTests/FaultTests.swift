import Overlay
import Testing

@testable import Simulator

@Suite struct FaultTests {
    private static let island = [0, 2, 4].map(NodeIndex.init)

    private func isAcross(_ world: World) -> Bool {
        world.nodes.contains { node in
            node.peer.mesh.neighborIDs.contains { neighbor in
                let other = world.nodes.first { $0.peer.id == neighbor }?.index
                return other.map { Self.island.contains($0) != Self.island.contains(node.index) } ?? false
            }
        }
    }

    private func plan(
        _ kind: PlannedFault.Kind, of nodes: [Int], seed: UInt64 = 4, among count: Int, from start: UInt64,
        until end: UInt64, duration: UInt64
    ) -> Plan {
        var plan = Plan(seed: seed, nodes: count, duration: .seconds(duration))
        let fault = PlannedFault(
            kind, of: .list(nodes.map(NodeIndex.init)), from: .seconds(start), until: .seconds(end))
        plan.faults = [fault]
        return plan
    }

    @Test func aPartitionHeals() throws {
        var run = try Run(
            plan(.partition, of: Self.island.map(\.offset), among: 6, from: 15, until: 50, duration: 60))
        run.advance(by: .seconds(14))
        #expect(isAcross(run.world))

        // Longer than a silent link may stay.
        run.advance(by: .seconds(28))
        #expect(!isAcross(run.world))
        try run.withWorld { world throws(WorldError) in
            try world.offer(2, by: NodeIndex(0))
            try world.offer(3, by: NodeIndex(1))
        }
        run.advance(by: .seconds(5))
        #expect(run.world.convergence.different == 6)

        run.advance(by: .seconds(60))
        let outcome = run.finish()
        #expect(outcome.violations.first == [])
        #expect(isAcross(run.world))
    }

    @Test func aResetLinkIsMadeAgain() throws {
        var run = try Run(plan(.reset, of: [0], among: 3, from: 10, until: 10, duration: 30))
        run.advance(by: .seconds(9))
        let closed = run.world.nodes[0].peer.counters.linksClosed
        let links = UInt64(run.world.nodes[0].peer.linkCount)
        run.advance(by: .seconds(1) + .milliseconds(1))
        #expect(run.world.nodes[0].peer.counters.linksClosed == closed + links)
        run.advance(by: .seconds(30))
        #expect(run.world.nodes.map(\.peer.linkCount) == [2, 2, 2])
        #expect(run.finish().violations.first == [])
    }

    @Test(arguments: PlannedFault.Disk.allCases)
    func aCrashedNodeComesBack(disk: PlannedFault.Disk) throws {
        var run = try Run(plan(.crash(disk), of: [2, 4], among: 6, from: 70, until: 110, duration: 125))
        run.advance(by: .seconds(109))
        #expect(run.world.nodes.map(\.isRunning) == [true, true, false, true, false, true])
        // Nobody keeps a link to a machine that says nothing.
        #expect(run.world.nodes.filter(\.isRunning).allSatisfy { $0.peer.linkCount == 3 })
        run.advance(by: .seconds(60))
        let outcome = run.finish()
        #expect(outcome.violations.first == [])
        #expect(run.world.nodes.allSatisfy { $0.peer.linkCount == 5 && $0.peer.mesh.catalog.liveCount == 6 })
    }

    @Test func aNodeThatLeavesIsNotListedAndComesBack() throws {
        var run = try Run(plan(.departure, of: [3], among: 5, from: 15, until: 30, duration: 45))
        run.advance(by: .seconds(25))
        #expect(!run.world.nodes[3].isRunning)
        let others = run.world.nodes.filter(\.isRunning)
        #expect(others.allSatisfy { $0.peer.mesh.catalog.liveCount == 4 && $0.peer.linkCount == 3 })
        let outcome = run.finish()
        #expect(outcome.violations.first == [])
        #expect(run.world.nodes.allSatisfy { $0.peer.mesh.catalog.liveCount == 5 })
    }

    @Test func aStalledNodeGoesOnWithWhatWaits() throws {
        var run = try Run(plan(.stall, of: [1], among: 4, from: 15, until: 20, duration: 30))
        run.advance(by: .seconds(15) + .milliseconds(1))
        let sent = run.world.nodes[1].sent.total.messages
        try run.withWorld { world throws(WorldError) in try world.offer(2, by: NodeIndex(0)) }
        run.advance(by: .seconds(4))
        #expect(run.world.nodes[1].sent.total.messages == sent)
        #expect(run.world.convergence.different == 1)
        // Shorter than the patience of its neighbours: no link was lost.
        run.advance(by: .seconds(1) + .milliseconds(10))
        #expect(run.world.convergence.isConverged)
        #expect(run.finish().violations.first == [])
    }

    @Test(
        arguments: [
            .deafness, .oneWayCut(to: .list([NodeIndex(1)])), .cut(from: .list([NodeIndex(1), NodeIndex(2)])),
            .slowness(.milliseconds(2)), .delay(.milliseconds(300)), .clockStep(60_000_000_000), .clockDrift(2_000),
        ] as [PlannedFault.Kind])
    func aMeshOutlives(_ kind: PlannedFault.Kind) throws {
        var run = try Run(plan(kind, of: [0, 3], among: 6, from: 12, until: 50, duration: 60))
        let outcome = run.finish()
        #expect(outcome.violations.first == [], "\(kind)")
        #expect(run.world.nodes.allSatisfy { $0.peer.mesh.catalog.liveCount == 6 })
    }

    @Test func withdrawnEntriesLeaveEveryCatalog() throws {
        var world = try World(Plan(seed: 6, nodes: 5, duration: .seconds(20)))
        world.run(until: .zero + .seconds(12))
        #expect(world.nodes.allSatisfy { $0.peer.mesh.catalog.liveCount == 5 })
        try world.offer(0, by: NodeIndex(3))
        world.run(until: .zero + .seconds(20))
        #expect(world.nodes.allSatisfy { $0.peer.mesh.catalog.liveCount == 4 })
        #expect(world.violations.first == [])
    }
}
