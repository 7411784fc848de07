import Foundation
import NIOCore
import NIOPosix
import Overlay
import Synchronization
import Testing

@testable import samnode

/// Keeps what one side reported, and lets a test wait for it.
private final class Reports: Sendable {
    private let events = Mutex<[ProbeEvent]>([])
    private let stream: AsyncStream<ProbeEvent>
    private let input: AsyncStream<ProbeEvent>.Continuation

    init() {
        (stream, input) = AsyncStream.makeStream()
    }

    @Sendable func add(_ event: ProbeEvent) {
        events.withLock { $0.append(event) }
        input.yield(event)
    }

    var all: [ProbeEvent] { events.withLock { $0 } }
    var names: [ProbeEvent.Name] { all.map(\.event) }

    /// The next reports, until there was one with each of the names.
    func wait(for names: ProbeEvent.Name...) async throws {
        let stream = stream
        try await withDeadline(seconds: 10) {
            var missing = Set(names)
            for await event in stream {
                missing.remove(event.event)
                if missing.isEmpty { return }
            }
        }
    }
}

/// Says what a server of another protocol would.
private final class Greeting: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        let text = "HTTP/1.1 400 Bad Request\r\n\r\n" + String(repeating: "x", count: 200)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}

struct LibP2PProbeTests {
    private static let group = MultiThreadedEventLoopGroup.singleton

    private func dial(
        _ address: String, pings: Int = 1, settings: ProbeSettings = ProbeSettings(), reports: Reports
    ) async throws(ConsoleError) {
        let dialer = LibP2PDialer(
            identity: LibP2PCommand.newIdentity(), pings: pings, settings: settings, report: reports.add)
        try await dialer.dial(try TCPMultiaddr(address), on: Self.group.next())
    }

    private func withListener(
        settings: ProbeSettings = ProbeSettings(),
        _ body: @escaping @Sendable (Multiaddr, Reports) async throws -> Void
    ) async throws {
        let reports = Reports()
        let listener = LibP2PListener(
            identity: LibP2PCommand.newIdentity(), settings: settings, report: reports.add)
        let address = try TCPMultiaddr("/ip4/127.0.0.1/tcp/0")
        try await withDeadline(seconds: 30) {
            // On one event loop connections are taken in the order in which they come.
            try await listener.listen(on: address, group: Self.group.next()) { try await body($0, reports) }
        }
    }

    @Test func oneFindsOutWhoTheOtherIs() async throws {
        try await withListener { address, heard in
            let said = Reports()
            try await dial(address.text, pings: 3, reports: said)
            #expect(Set(said.names) == [.connected, .identified, .ping])
            #expect(said.names.first == .connected)
            #expect(said.names.filter { $0 == .ping }.count == 3)
            #expect(said.all.allSatisfy { $0.event == .ping || $0.peer == address.peer?.text })
            let about = try #require(said.all.first { $0.event == .identified })
            #expect(about.agent == RunSettings.agent)
            #expect(about.listen == [address.withoutPeer.text])
            #expect(about.protocols?.contains("/ipfs/ping/1.0.0") == true)
            #expect(about.observed?.hasPrefix("/ip4/127.0.0.1/tcp/") == true)
            try await heard.wait(for: .listening, .connected, .identified, .pingReceived, .disconnected)
            #expect(heard.all.first == .listening(address))
        }
    }

    @Test func whoeverAnswersIsFineWithoutAPeerInTheAddress() async throws {
        try await withListener { address, _ in
            let said = Reports()
            try await dial(address.withoutPeer.text, reports: said)
            #expect(said.all.first?.peer == address.peer?.text)
        }
    }

    @Test func anotherPeerThanTheOneDialedIsRefused() async throws {
        try await withListener { address, _ in
            let said = Reports()
            let other = TestMesh.peer(9)
            await #expect {
                try await dial(address.with(peer: other).text, reports: said)
            } throws: { error in
                (error as? ConsoleError)?.message.contains("expected peer \(other)") == true
            }
            #expect(said.all.isEmpty)
        }
    }

    @Test func manyDialAtOnce() async throws {
        try await withListener { address, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { try await dial(address.text, reports: Reports()) } }
                try await group.waitForAll()
            }
        }
    }

    @Test func aClosedPortHasItsReason() async throws {
        let server = try await ServerBootstrap(group: Self.group).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        try await server.close().get()
        let said = Reports()
        await #expect(
            throws: ConsoleError(.unavailable, "/ip4/127.0.0.1/tcp/\(port): Connection refused")
        ) { try await dial("/ip4/127.0.0.1/tcp/\(port)", reports: said) }
        #expect(said.all.isEmpty)
    }

    /// Accepts connections, and does with them what a test says.
    private func withServer(
        _ accept: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>,
        _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        let server = try await ServerBootstrap(group: Self.group).childChannelInitializer(accept)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        let result: Result<Void, any Error>
        do {
            result = .success(try await withDeadline(seconds: 30) { try await body("/ip4/127.0.0.1/tcp/\(port)") })
        } catch {
            result = .failure(error)
        }
        try await server.close().get()
        try result.get()
    }

    @Test func anotherProtocolHasItsReason() async throws {
        try await withServer { channel in
            channel.pipeline.addHandler(Greeting())
        } _: { address in
            await #expect {
                try await dial(address, reports: Reports())
            } throws: { "\($0)".contains("does not speak libp2p") }
        }
    }

    @Test func aPeerThatHangsUpHasItsReason() async throws {
        try await withServer {
            $0.close()
        } _: { address in
            await #expect(throws: ConsoleError.self) { try await dial(address, reports: Reports()) }
        }
    }

    @Test func aPeerThatSaysNothingIsGivenUp() async throws {
        var settings = ProbeSettings()
        settings.connection.handshakeTimeout = .milliseconds(100)
        let short = settings
        try await withServer {
            $0.eventLoop.makeSucceededVoidFuture()
        } _: { address in
            await #expect {
                try await dial(address, settings: short, reports: Reports())
            } throws: { "\($0)".contains("the handshake took too long") }
        }
    }

    @Test func aPeerThatDoesNotFinishIsGivenUp() async throws {
        var settings = ProbeSettings()
        settings.dialTimeout = .milliseconds(100)
        let short = settings
        try await withServer {
            $0.eventLoop.makeSucceededVoidFuture()
        } _: { address in
            await #expect {
                try await dial(address, settings: short, reports: Reports())
            } throws: { "\($0)".contains("a handshake did not come in time") }
        }
    }

    @Test func garbageEndsItsOwnConnectionOnly() async throws {
        var random = RandomSource(seed: 20)
        print("seed 20")
        let garbage = ByteBuffer(bytes: random.bytes(4_096))
        try await withListener { address, heard in
            let port = try #require(address.tcpPort)
            let stranger = try await ClientBootstrap(group: Self.group).connect(host: "127.0.0.1", port: Int(port))
                .get()
            try await stranger.writeAndFlush(garbage).get()
            try await stranger.closeFuture.get()
            try await heard.wait(for: .disconnected)
            #expect(heard.all.first { $0.event == .disconnected }?.peer == nil)
            try await dial(address.text, reports: Reports())
        }
    }

    @Test func connectionsAboveTheLimitAreClosed() async throws {
        var settings = ProbeSettings()
        settings.maximumConnections = 1
        try await withListener(settings: settings) { address, _ in
            let port = Int(try #require(address.tcpPort))
            let first = try await ClientBootstrap(group: Self.group).connect(host: "127.0.0.1", port: port).get()
            await #expect(throws: ConsoleError.self) { try await dial(address.text, reports: Reports()) }
            try await first.close().get()
        }
    }

    @Test func aPortInUseHasItsReason() async throws {
        try await withListener { address, _ in
            let second = LibP2PListener(identity: LibP2PCommand.newIdentity(), report: { _ in })
            let taken = try TCPMultiaddr(address.withoutPeer.text)
            await #expect {
                try await second.listen(on: taken, group: Self.group) { _ in }
            } throws: { "\($0)".contains("Address already in use") }
        }
    }

    // MARK: Questions of the DHT

    @Test func aPeerThatServesNoDHTHasItsReason() async throws {
        try await withListener { address, _ in
            let said = Reports()
            let dialer = LibP2PDialer(
                identity: LibP2PCommand.newIdentity(), question: .findNode(LibP2PPeerID(TestMesh.peer(1))),
                report: said.add)
            await #expect {
                try await dialer.dial(try TCPMultiaddr(address.text), on: Self.group.next())
            } throws: { "\($0)".contains("no server of the DHT (it does not support the protocol)") }
            #expect(said.names == [.connected])
        }
    }

    @Test func answersAreReportedToTheQuestionThatTheyAnswer() throws {
        let (own, settings) = (TestMesh.peer(1), LibP2PKademliaSettings())
        let content = try ContentID(text: "bafkqaaa")
        let other = LibP2PKademliaMessage.Peer(
            id: LibP2PPeerID(TestMesh.peer(2)), addresses: [try Multiaddr(text: "/ip4/192.0.2.1/tcp/1")])
        var nearer = LibP2PKademliaMessage(.findNode, key: [1])
        nearer.closerPeers = [other]
        var providers = LibP2PKademliaMessage(.getProviders, key: content.multihash.encoded)
        providers.providerPeers = [other]
        let question = LibP2PQuestion.findNode(other.id)
        #expect(
            try question.reports(of: nearer, to: own, settings: settings) == [
                .named(other, as: .closerPeer), .answered(1),
            ])
        #expect(try question.reports(of: providers, to: own, settings: settings) == nil)
        let asked = LibP2PQuestion.getProviders(content)
        #expect(
            try asked.reports(of: providers, to: own, settings: settings) == [
                .named(other, as: .provider), .answered(1),
            ])
        let provided = LibP2PQuestion.provide(content, at: other.addresses)
        #expect(provided.requests(from: own).map(\.kind) == [.addProvider, .getProviders])
        let echo = LibP2PKademliaMessage(.addProvider, key: content.multihash.encoded)
        #expect(try provided.reports(of: echo, to: own, settings: settings) == nil)
        #expect(throws: ProbeFailure.self) { try provided.reports(of: providers, to: own, settings: settings) }
        providers.providerPeers.append(LibP2PKademliaMessage.Peer(id: LibP2PPeerID(own), addresses: other.addresses))
        let listed = try provided.reports(of: providers, to: own, settings: settings)
        #expect(listed == [.provided(repeatAfter: .hours(22))] && listed?.first?.hours == 22)
    }

    @Test func eventsAreLinesOfJSON() throws {
        let peer = TestMesh.peer(1)
        #expect(try ProbeEvent.connected(peer).line() == "{\"event\":\"connected\",\"peer\":\"\(peer)\"}")
        #expect(try ProbeEvent.ping(.microseconds(1_234)).line() == "{\"event\":\"ping\",\"ms\":1.234}")
        var info = IdentifyInfo(agent: "line\nbreak")
        info.protocols = ["/a/1"]
        let line = try ProbeEvent.identified(info, as: peer).line()
        #expect(!line.contains("\n"))
        #expect(line.contains("\"protocols\":[\"/a/1\"]"))
        #expect(try ProbeEvent.disconnected(nil, .notMultistream).line().contains("\"event\":\"disconnected\""))
    }

    @Test(
        arguments: [
            ["dial"], ["dial", "/a", "--pings", "0"], ["listen", "--seconds", "0"], ["listen", "a", "b"],
            ["find-node", "/a"], ["get-providers", "/a"], ["provide", "/a", "bafkqaaa"],
        ])
    func wrongArgumentsAreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try LibP2PCommand.parseAsRoot(arguments) }
    }
}
