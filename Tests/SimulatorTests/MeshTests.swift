import Overlay
import Testing

@testable import Simulator

@Suite struct MeshTests {
    private func run(_ settings: WorldSettings, for duration: TimeSpan) throws -> MeshReport {
        var scenario = try MeshScenario(settings, duration: duration)
        while !scenario.isDone { scenario.advance(by: .seconds(1)) }
        return scenario.finish()
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func everybodyLearnsEverything(seed: UInt64) throws {
        print("seed \(seed)")
        let report = try run(WorldSettings(seed: seed, nodes: 8), for: .seconds(20))
        #expect(report.violations.first == [])
        #expect(report.completions.last?.time != nil)
        #expect(report.lookups.found == 24)
        #expect(report.deliveries.count >= 56)
    }

    @Test func aWorldOfOneIsContent() throws {
        var settings = WorldSettings(seed: 1, nodes: 1)
        settings.bootstraps = 1
        let report = try run(settings, for: .seconds(5))
        #expect(report.violations.first == [])
    }

    /// How long changes take to all others, all together, once everybody is linked.
    private func deliveryTime(loss: Ratio) throws -> TimeSpan {
        var settings = WorldSettings(seed: 5, nodes: 6)
        settings.network.loss = loss
        var world = try World(settings)
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

    @Test func impossibleWorldsAreRefused() {
        var settings = WorldSettings(seed: 1, nodes: 0)
        #expect(throws: WorldError.self) { try World(settings) }
        settings.nodes = 3
        settings.bootstraps = 4
        #expect(throws: WorldError.self) { try World(settings) }
        settings.bootstraps = 1
        settings.servicesPerNode = 65
        #expect(throws: WorldError.self) { try World(settings) }
    }
}
