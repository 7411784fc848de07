import Gossip
import Inference
import Overlay
import Testing

@testable import Transport

/// Hosts that a catalog has no room for, over real sockets.
struct SearchingTests {
    private static let hosts = 1...4

    private static func publish(at nodes: [TestNode]) async throws {
        for number in hosts {
            let service = try TestMesh.service("mcp:tool-\(number)")
            await nodes[number].node.publish([try ServiceOffer(name: service, models: ["model-\(number)"])])
        }
    }

    @Test func aModelThatIsNotListedIsSearched() async throws {
        let host = NodePlan(bootstraps: [0])
        let small = NodePlan(bootstraps: [0]) {
            $0.peer.settings.gossip.hold(2)
            $0.peer.settings.gossip.usedHosts = 1
        }
        try await TestMesh.run(NodePlan(), host, host, host, host, small) { nodes in
            let seeker = nodes[5]
            try await Self.publish(at: nodes)
            _ = try await seeker.eventually("a part of the catalog") { await seeker.node.status().partialCatalog }
            for number in Self.hosts {
                // A registrar may let the host wait for a moment.
                let found = try await within(.seconds(20), "the host of model-\(number)") {
                    while true {
                        let found = await seeker.node.providers(of: "model-\(number)")
                        if !found.isEmpty { return found }
                        try Task.checkCancellation()
                    }
                }
                #expect(found.map(\.host) == [nodes[number].id])
            }
            let nobody = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { await seeker.node.providers(of: "no such model").count } }
                return await group.reduce(0, +)
            }
            #expect(nobody == 0)
            let status = await seeker.node.status()
            #expect(status.catalogEntries <= 2 && status.partialCatalog != nil)
        }
    }
}
