import Gossip
import Inference
import Overlay
import Testing

@testable import Transport

/// What a node remembers of the addresses that it tried.
struct JoiningTests {
    private static let nobody = "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8"

    private func address(_ number: Int) throws -> Multiaddr { try Multiaddr(text: "/ip4/192.0.2.1/tcp/\(number)") }

    private func dial(
        of made: TestNode, _ matches: @escaping @Sendable (DialStatus) -> Bool
    ) async throws -> DialStatus {
        try await made.eventually("a dial that is as it should be") {
            await made.node.joining().dials.first(where: matches)
        }
    }

    @Test func aLinkedBootstrapIsRemembered() async throws {
        try await TestMesh.run(NodePlan(), NodePlan(bootstraps: [0], otherBootstraps: [Self.nobody])) { nodes in
            let linked = try await dial(of: nodes[1]) { $0.isLinked }
            #expect(linked.isBootstrap && linked.outcome == .admitted && linked.peer == nodes[0].id)
            #expect(linked.address == nodes[0].address && linked.attempts == 1)
            let refused = try await dial(of: nodes[1]) {
                $0.address.text == Self.nobody && $0.outcome != .connecting
            }
            #expect(refused.outcome == .failed("connection refused") && refused.peer == nil)
            let inbound = await nodes[0].node.joining()
            #expect(inbound.dials.isEmpty && inbound.inboundLinks >= 1 && inbound.lastInbound != nil)
        }
    }

    @Test func aRefusalIsRememberedInTheWordsOfTheOtherSide() async throws {
        try await TestMesh.run(NodePlan(), NodePlan(bootstraps: [0], hasExpiredToken: true)) { nodes in
            let refused = try await dial(of: nodes[1]) { if case .refused = $0.outcome { true } else { false } }
            #expect("\(refused.outcome)".contains("expired"))
            let joining = try await nodes[0].eventually("a refusal at the other end") {
                let joining = await nodes[0].node.joining()
                return joining.refusedHere == nil ? nil : joining
            }
            #expect(joining.refusedHere?.words.contains(nodes[1].id.text) == true)
        }
    }

    @Test func anotherMeshIsNamed() async throws {
        let other = MeshID(bytes: .zero)
        try await TestMesh.run(NodePlan(), NodePlan(bootstraps: [0], adjust: { $0.peer.meshID = other })) { nodes in
            let refused = try await dial(of: nodes[1]) { $0.otherMesh != nil && $0.outcome != .answered }
            #expect(refused.otherMesh == nodes[0].node.meshID)
            switch refused.outcome {
            case .refused(let words), .refusedHere(let words): #expect(words.contains("another mesh"))
            default: Issue.record("\(refused.outcome)")
            }
        }
    }

    @Test func anotherPeerIsNamed() async throws {
        try await TestMesh.run(NodePlan(), NodePlan(adjust: { _ in })) { nodes in
            let port = try #require(nodes[0].address?.tcpPort)
            let wrong = "/ip4/127.0.0.1/tcp/\(port)/p2p/12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8"
            let made = try await TestMesh.make(NodePlan(otherBootstraps: [wrong], listens: false))
            await made.node.start()
            let failed = try await dial(of: made) { if case .failed = $0.outcome { true } else { false } }
            #expect("\(failed.outcome)".contains(nodes[0].id.text))
            await made.node.stop(drainingAtMost: .zero)
        }
    }

    @Test func theMemoryIsBoundedAndKeepsBootstraps() throws {
        var memory = DialMemory(capacity: 4, bootstraps: [try address(1)])
        memory.began(try address(1), at: .zero)
        for number in 2...100 { memory.began(try address(number), at: Instant(nanoseconds: UInt64(number))) }
        #expect(memory.entries.keys.map { $0.tcpPort } == [1, 98, 99, 100])
        memory.began(try address(98), at: .distantFuture)
        #expect(memory.entries.keys.map { $0.tcpPort } == [1, 99, 100, 98])
        #expect(memory.entries[try address(98)]?.attempts == 2)
        memory.failed(try address(50), "forgotten")
        #expect(memory.entries.count == 4)
    }

    @Test func bootstrapsAloneAreBoundedToo() throws {
        let bootstraps = try (1...9).map { try address($0) }
        var memory = DialMemory(capacity: 3, bootstraps: bootstraps)
        for address in bootstraps { memory.began(address, at: .zero) }
        #expect(memory.entries.keys.map { $0.tcpPort } == [7, 8, 9])
    }
}
