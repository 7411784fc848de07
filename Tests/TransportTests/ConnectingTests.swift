import Inference
import NIOCore
import NIOPosix
import Overlay
import Testing

@testable import Transport

/// What is said when listening or dialing does not work.
struct ConnectingTests {
    // MARK: Listening

    @Test func aPortInUseIsNamedWithWhatToDo() async throws {
        try await TestMesh.run(NodePlan()) { nodes in
            let address = try #require(nodes[0].address)
            let second = try await TestMesh.make(NodePlan(listens: false))
            let text = "/ip4/127.0.0.1/tcp/\(try #require(address.tcpPort))"
            let failure = await #expect(throws: ListenFailure.self) {
                try await second.node.listen(on: [try Multiaddr(text: text)])
            }
            let words = try #require(failure).description
            #expect(words.contains(text) && words.contains("the port is in use") && words.contains("--listen"))
            await second.node.stop(drainingAtMost: .zero)
        }
    }

    @Test(
        arguments: [
            ("/ip4/127.0.0.1/udp/4001", "expected /ip4/ADDRESS/tcp/PORT"),
            ("/ip4/203.0.113.7/tcp/0", "no interface of this machine has that address"),
        ])
    func addressesThatCannotBeListenedOn(address: String, words: String) async throws {
        let made = try await TestMesh.make(NodePlan(listens: false))
        let failure = await #expect(throws: ListenFailure.self) {
            try await made.node.listen(on: [try Multiaddr(text: address)])
        }
        #expect(try #require(failure).description.contains(words))
        await made.node.stop(drainingAtMost: .zero)
    }

    @Test func stoppingFreesThePort() async throws {
        let host = LoopbackHost.own(1)
        let first = try await TestMesh.make(NodePlan(host: host))
        let port = try #require(first.address?.tcpPort)
        await first.node.stop(drainingAtMost: .zero)
        let second = try await TestMesh.make(NodePlan(listens: false))
        try await second.node.listen(on: [try Multiaddr(text: "/ip4/\(host)/tcp/\(port)")])
        #expect(await second.node.status().listening.first?.tcpPort == port)
        await second.node.stop(drainingAtMost: .zero)
    }

    // MARK: Dialing

    /// A plain TCP server that says `greeting` and nothing else.
    private func withServer(
        saying greeting: String?, _ body: @escaping @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                if let greeting { channel.writeAndFlush(ByteBuffer(string: greeting), promise: nil) }
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        do {
            try await body(port)
        } catch {
            try await server.close().get()
            throw error
        }
        try await server.close().get()
    }

    @Test func nobodyThere() async throws {
        let host = LoopbackHost.own(2)
        let first = try await TestMesh.make(NodePlan(host: host))
        let port = try #require(first.address?.tcpPort)
        await first.node.stop(drainingAtMost: .zero)
        let gone = "/ip4/\(host)/tcp/\(port)"
        try await TestMesh.run(NodePlan(otherBootstraps: [gone])) { nodes in
            try await nodes[0].log.wait(for: "warning: bootstrap address did not work: \(gone)")
            try await nodes[0].log.wait(for: "connection refused")
        }
    }

    @Test func anotherPeerThanExpected() async throws {
        try await TestMesh.run(NodePlan()) { nodes in
            let (reached, address) = (nodes[0], try #require(nodes[0].address))
            let expected = try PeerID(text: "12D3KooWGC6TvWhfagifX6L4vSqgKvUMEEFsd6P6y5vkCYKoQ3oT")
            let wrong = "/ip4/127.0.0.1/tcp/\(try #require(address.tcpPort))/p2p/\(expected)"
            try await TestMesh.run(NodePlan(otherBootstraps: [wrong])) { nodes in
                try await nodes[0].log.wait(for: "expected peer \(expected) but reached \(reached.id)")
            }
        }
    }

    @Test func aServerOfSomethingElse() async throws {
        try await withServer(
            saying: "HTTP/1.1 400 Bad Request\r\n" + String(repeating: "x-filler: y\r\n", count: 20) + "\r\n"
        ) { port in
            try await TestMesh.run(NodePlan(otherBootstraps: ["/ip4/127.0.0.1/tcp/\(port)"])) { nodes in
                try await nodes[0].log.wait(for: "the other side does not speak libp2p")
            }
        }
    }

    @Test func aServerThatNeverSpeaks() async throws {
        try await withServer(saying: nil) { port in
            var plan = NodePlan(otherBootstraps: ["/ip4/127.0.0.1/tcp/\(port)"])
            plan.adjust = { $0.connection.handshakeTimeout = .milliseconds(200) }
            try await TestMesh.run(plan) { nodes in
                try await nodes[0].log.wait(for: "the handshake took too long")
            }
        }
    }

    @Test func anAddressThatIsNotTCP() async throws {
        try await TestMesh.run(NodePlan(otherBootstraps: ["/ip4/127.0.0.1/udp/1"])) { nodes in
            try await nodes[0].log.wait(for: "not a TCP address that this node can dial")
        }
    }

    @Test("a refused node learns why over TCP, every time", arguments: 0..<12)
    func refusedTokens(round: Int) async throws {
        try await TestMesh.run(NodePlan(), NodePlan(bootstraps: [0], hasExpiredToken: true)) { nodes in
            try await nodes[1].log.wait(for: "refuses this node: the token expired at")
            try await nodes[0].log.wait(for: "refused \(nodes[1].id)")
        }
    }

    @Test("a full node says so over TCP, every time", arguments: 0..<6)
    func fullNodes(round: Int) async throws {
        var full = NodePlan()
        full.adjust = { $0.peer.settings.mostLinks = 0 }
        try await TestMesh.run(full, NodePlan(bootstraps: [0])) { nodes in
            try await nodes[1].log.wait(for: "has no room for this node: this node has all 0 links")
            #expect(await nodes[1].node.status().links == 0)
        }
    }

    // MARK: Garbage

    @Test func garbageCostsItsConnectionOnly() async throws {
        var host = NodePlan(services: ["inference:demo"])
        // What may pass for the beginning of a handshake is waited for that long.
        host.adjust = { $0.connection.handshakeTimeout = .seconds(2) }
        try await TestMesh.run(host, NodePlan(bootstraps: [0], listens: false)) { nodes in
            try await nodes[1].waitForEntry(of: nodes[0])
            let port = Int(try #require(nodes[0].address?.tcpPort))
            var random = RandomSource(seed: 7)
            print("seed 7")
            for _ in 0..<20 {
                let garbage = random.bytes(1 + random.below(4_000))
                let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: port).get()
                try await channel.writeAndFlush(ByteBuffer(bytes: [255] + garbage)).get()
                try await within(.seconds(10), "the end of a connection with garbage") {
                    try await channel.closeFuture.get()
                }
            }
            #expect(await nodes[0].node.status().connections == 1)
            let answer = try await nodes[1].ask(nodes[0], [ByteBuffer(string: "still there")])
            #expect(String(buffer: try await Parts.collect(answer.body)) == "still there")
        }
    }
}
