import Inference
import NIOCore
import NIOPosix
import Overlay
import Testing

@testable import Transport

/// Questions and answers over real UDP sockets.
struct DatagramTests {
    private func record(of node: Node) async -> [UInt8] { await node.peer.kademlia.own.bytes }

    @Test func twoThatHaveNoLinkAnswerEachOther() async throws {
        let plan = NodePlan { $0.peer.settings.membership.wanted = 0 }
        try await TestMesh.run(plan, plan) { nodes in
            await nodes[0].node.learn([record(of: nodes[1].node)])
            try await nodes[0].log.wait(for: "received nodes of \(nodes[1].id) in a datagram")
            try await nodes[1].log.wait(for: "received nodes of \(nodes[0].id) in a datagram")
            #expect(await nodes[1].node.status().routingTable == 1)
            let status = await nodes[0].node.status()
            #expect(status.datagrams.handshakes >= 1)
            #expect(status.counters.dials == 0)
            #expect(status.datagrams.dropped.isEmpty)
        }
    }

    /// A node that nobody can reach has a socket to ask from.
    @Test func aNodeThatListensNowhereAsksToo() async throws {
        let silent = NodePlan(listens: false) { $0.peer.settings.membership.wanted = 0 }
        try await TestMesh.run(silent, NodePlan()) { nodes in
            await nodes[0].node.learn([record(of: nodes[1].node)])
            try await nodes[0].log.wait(for: "received nodes of \(nodes[1].id) in a datagram")
            #expect(await nodes[0].node.status().routingTable == 1)
            #expect(await nodes[0].node.status().counters.dials == 0)
            #expect(await nodes[1].node.status().routingTable == 0)
        }
    }

    /// Each sends the others' nonces from a socket of its own, and has its own sent back.
    @Test func nodesFindOutThatTheyAreReached() async throws {
        try await TestMesh.run(NodePlan(), NodePlan(bootstraps: [0]), NodePlan(bootstraps: [0])) { nodes in
            for node in nodes { try await node.log.wait(for: "other nodes reach this one by UDP") }
            for node in nodes {
                let reach = await node.node.status().reach
                #expect(reach.isServer && reach.reach == .reached && reach.arrived >= 2 && reach.missed == 0)
                let sockets = await node.node.datagramChannels.map { $0.localAddress?.port }
                let spare = await node.node.dialBackChannels.map { $0.localAddress?.port }
                #expect(!spare.isEmpty && Set(spare).isDisjoint(with: sockets))
                #expect(await node.node.peers().allSatisfy { $0.isServer == true })
            }
        }
    }

    /// One whose datagrams are dropped takes part over TCP.
    @Test func withoutDatagramsTheNodeDials() async throws {
        let deaf = NodePlan {
            $0.peer.settings.usesDatagrams = false
            $0.peer.settings.membership.wanted = 0
        }
        try await TestMesh.run(deaf, NodePlan()) { nodes in
            #expect(await nodes[0].node.status().listening.allSatisfy { $0.udpPort == nil })
            await nodes[0].node.learn([record(of: nodes[1].node)])
            try await nodes[0].log.wait(for: "linked with \(nodes[1].id)")
            #expect(await nodes[0].node.status().datagrams.sent == 0)
        }
    }

    @Test func aPortThatIsTakenIsReplaced() async throws {
        let host = LoopbackHost.own(3)
        let taken = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: host, port: 0).get()
        let port = try #require(taken.localAddress?.port)
        let made = try await TestMesh.make(NodePlan(listens: false))
        try await made.node.listen(on: [try Multiaddr(text: "/ip4/\(host)/tcp/\(port)")])
        let listening = await made.node.status().listening
        #expect(listening.compactMap(\.tcpPort) == [UInt16(port)])
        let udp = try #require(listening.compactMap(\.udpPort).first)
        #expect(Int(udp) != port)
        await made.node.stop(drainingAtMost: .zero)
        try await taken.close()
    }

    /// Whatever comes is counted, and nothing is sent back.
    @Test func garbageGetsNoAnswer() async throws {
        try await TestMesh.run(NodePlan()) { nodes in
            let port = try #require(await nodes[0].node.status().listening.compactMap(\.udpPort).first)
            let address = try SocketAddress(ipAddress: "127.0.0.1", port: Int(port))
            let socket = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: "127.0.0.1", port: 0).get()
            var random = RandomSource(seed: 5)
            for length in [1, 29, 1_200, 1_500] {
                var bytes = random.bytes(length)
                bytes[0] = UInt8(length % 5)
                try await socket.writeAndFlush(
                    AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: bytes)))
            }
            for length in [1, 29, 1_200, 1_500] {
                try await nodes[0].log.wait(for: "dropped a datagram of \(length) bytes")
            }
            let counters = await nodes[0].node.status().datagrams
            #expect(counters.sent == 0)
            #expect(counters.droppedCount == 4)
            try await socket.close()
        }
    }
}
