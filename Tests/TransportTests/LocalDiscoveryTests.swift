import Logging
import Overlay
import Testing

@testable import Transport

/// Multicast DNS over real sockets, on the loopback interface.
struct LocalDiscoveryTests {
    private static let loopback = IPAddress("127.0.0.1")

    private func discovery(_ made: TestNode) throws -> LocalDiscovery {
        var system = SystemRandomNumberGenerator()
        let seed = (0..<RandomSource.seedLength).map { _ in UInt8.random(in: .min ... .max, using: &system) }
        return try LocalDiscovery(for: made.node, seed: seed, logger: made.log.logger())
    }

    @Test func nodesThatKnowNoAddressFindEachOther() async throws {
        // A mesh of its own, so that nothing else on this machine answers.
        try await TestMesh.run(NodePlan(), NodePlan(listens: false)) { nodes in
            let interface = try #require(Self.loopback)
            let found = (try discovery(nodes[0]), try discovery(nodes[1]))
            #expect(await found.0.start(on: [interface], announcing: [try #require(nodes[0].address)]) == 1)
            #expect(await found.1.start(on: [interface], announcing: []) == 1)
            _ = try await nodes[1].eventually("a link") { await nodes[1].node.status().links == 1 ? true : nil }
            let dial = try #require(await nodes[1].node.joining().dials.first { $0.isLinked })
            #expect(dial.address == nodes[0].address && !dial.isBootstrap)
            await found.0.stop()
            await found.1.stop()
        }
    }

    @Test func anInterfaceThatIsNotThereIsSaid() async throws {
        try await TestMesh.run(NodePlan(listens: false)) { nodes in
            let discovery = try discovery(nodes[0])
            let missing = try #require(IPAddress("203.0.113.77"))
            #expect(await discovery.start(on: [missing], announcing: []) == 0)
            #expect(nodes[0].log.lines.contains { $0.contains("203.0.113.77") })
            await discovery.stop()
        }
    }
}
