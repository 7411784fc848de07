import Overlay
import Testing

@testable import Simulator

@Suite struct FaultTests {
    private static let island = Set([0, 2, 4].map(NodeIndex.init))

    private func isAcross(_ world: World) -> Bool {
        world.nodes.contains { node in
            node.peer.mesh.neighborIDs.contains { neighbor in
                let other = world.nodes.first { $0.peer.id == neighbor }?.index
                return other.map { Self.island.contains($0) != Self.island.contains(node.index) } ?? false
            }
        }
    }

    @Test func aPartitionHeals() throws {
        var settings = WorldSettings(seed: 4, nodes: 6)
        settings.faults = [
            Fault(at: .zero + .seconds(15), .partition(Self.island)), Fault(at: .zero + .seconds(50), .heal),
        ]
        var scenario = try MeshScenario(settings, duration: .seconds(60))
        scenario.advance(by: .seconds(14))
        #expect(isAcross(scenario.world))

        // Longer than a silent link may stay.
        scenario.advance(by: .seconds(28))
        #expect(!isAcross(scenario.world))
        try scenario.withWorld { world in
            try world.offer(2, by: NodeIndex(0))
            try world.offer(3, by: NodeIndex(1))
        }
        scenario.advance(by: .seconds(5))
        let split = ConvergenceCheck.differences(scenario.world.nodes)
        #expect(split.nodes == 6)

        scenario.advance(by: .seconds(60))
        let report = scenario.finish()
        #expect(report.violations.first == [])
        #expect(isAcross(scenario.world))
    }

    @Test func aBrokenLinkIsMadeAgain() throws {
        var settings = WorldSettings(seed: 4, nodes: 3)
        settings.faults = [Fault(at: .zero + .seconds(10), .breakLink(NodeIndex(0), NodeIndex(1)))]
        var scenario = try MeshScenario(settings, duration: .seconds(30))
        scenario.advance(by: .seconds(9))
        let closed = scenario.world.nodes[0].peer.counters.linksClosed
        scenario.advance(by: .seconds(1) + .milliseconds(1))
        #expect(scenario.world.nodes[0].peer.counters.linksClosed == closed + 1)
        scenario.advance(by: .seconds(30))
        #expect(scenario.world.nodes.map(\.peer.linkCount) == [2, 2, 2])
        let report = scenario.finish()
        #expect(report.violations.first == [])
    }

    @Test func withdrawnEntriesLeaveEveryCatalog() throws {
        var world = try World(WorldSettings(seed: 6, nodes: 5))
        world.run(until: .zero + .seconds(12))
        #expect(world.nodes.allSatisfy { $0.peer.mesh.catalog.liveCount == 5 })
        try world.offer(0, by: NodeIndex(3))
        world.run(until: .zero + .seconds(20))
        #expect(world.nodes.allSatisfy { $0.peer.mesh.catalog.liveCount == 4 })
        #expect(world.violations.first == [])
    }
}
