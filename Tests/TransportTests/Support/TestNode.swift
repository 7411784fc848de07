import Biscuit
import Gossip
import Inference
import Logging
import NIOCore
import NIOPosix
import Overlay

@testable import Transport

/// A node on loopback with its log.
struct TestNode: Sendable {
    let node: Node
    let log: RecordingLog
    /// Where it listens, with its peer id.
    let address: Multiaddr?

    var id: PeerID { node.id }

    /// What there is to see, looked for again whenever the node has logged something.
    func eventually<Value: Sendable>(
        _ what: String, _ look: @escaping @Sendable () async throws -> Value?
    ) async throws -> Value {
        try await within(.seconds(20), what) {
            while true {
                if let seen = try await look() { return seen }
                try await log.next()
            }
        }
    }
}

/// What a node of a test is made of.
struct NodePlan: Sendable {
    /// Nodes, by their place in the test, that it begins with.
    var bootstraps: [Int] = []
    var otherBootstraps: [String] = []
    var listens = true
    /// Where it listens.
    var host = LoopbackHost.shared
    var hasExpiredToken = false
    var services: [String] = []
    var adjust: @Sendable (inout DriverConfiguration) -> Void = { _ in }
    var handle: ScriptedHandler.Body = { request, respond in
        try await respond.start(ResponseHead(status: 200, fields: []))
        for try await part in request.body { try await respond.write(part) }
        try await respond.finish()
    }
}

/// A backend as a test says.
struct ScriptedHandler: RequestHandler {
    typealias Body = @Sendable (InboundRequest, any ResponseWriter) async throws -> Void

    let body: Body

    func handle(_ request: InboundRequest, respond: any ResponseWriter) async throws {
        try await body(request, respond)
    }
}

/// One mesh of nodes over real sockets.
enum TestMesh {
    private static var rootKey: KeyPair {
        get throws { try KeyPair(seed: [UInt8](repeating: 1, count: 32)) }
    }

    /// Runs nodes, then `body`, then stops the nodes.
    static func run(
        _ plans: NodePlan..., body: @escaping @Sendable ([TestNode]) async throws -> Void
    ) async throws {
        try await within {
            try await withThrowingTaskGroup(of: Void.self) { group in
                var nodes: [TestNode] = []
                for plan in plans {
                    let made = try await make(plan, after: nodes)
                    nodes.append(made)
                    group.addTask { await made.node.serve(with: ScriptedHandler(body: plan.handle)) }
                    await made.node.start()
                }
                let result: Result<Void, any Error>
                do {
                    result = .success(try await body(nodes))
                } catch {
                    for made in nodes { print("log of \(made.id): \(made.log.lines)") }
                    result = .failure(error)
                }
                for made in nodes { await made.node.stop(drainingAtMost: .milliseconds(500)) }
                try await group.waitForAll()
                try result.get()
            }
        }
    }

    static func make(_ plan: NodePlan, after nodes: [TestNode] = []) async throws -> TestNode {
        let log = RecordingLog()
        var configuration = try configuration(plan, after: nodes)
        plan.adjust(&configuration)
        let node = try Node(
            configuration, on: MultiThreadedEventLoopGroup.singleton.next(), logger: log.logger())
        if plan.listens { try await node.listen(on: [try Multiaddr(text: "/ip4/\(plan.host)/tcp/0")]) }
        let offers = try plan.services.map { try ServiceOffer(name: try service($0), models: ["demo-model"]) }
        if !offers.isEmpty { await node.publish(offers) }
        return TestNode(node: node, log: log, address: await node.status().listening.first)
    }

    static func service(_ text: String) throws -> ServiceName {
        guard let name = ServiceName(text) else { throw ServicePath.Refusal.path }
        return name
    }

    private static func configuration(_ plan: NodePlan, after nodes: [TestNode]) throws -> DriverConfiguration {
        var system = SystemRandomNumberGenerator()
        let seed = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &system) }
        var random = RandomSource(seed: seed)
        let identity = Identity(random: &random)
        let root = try rootKey
        guard let meshID = MeshID(root: root.publicKey) else { throw AdmissionRefusal.foreign }
        var configuration = PeerConfiguration(
            identity: identity, meshID: meshID, token: try token(for: identity.peerID, isExpired: plan.hasExpiredToken),
            admission: try Admission(roots: [root.publicKey]),
            authorizer: try ServiceAuthorizer(policy: LocalPolicy(), node: identity.peerID, own: nil))
        configuration.bootstraps =
            plan.bootstraps.compactMap { nodes[$0].address }
            + (try plan.otherBootstraps.map { try Multiaddr(text: $0) })
        return DriverConfiguration(peer: configuration, seed: random.bytes(32), agent: "test/1")
    }

    private static func token(for peer: PeerID, isExpired: Bool) throws -> [UInt8] {
        let expiry = isExpired ? WallTime(seconds: 1_600_000_000) : WallTime(seconds: 10_000_000_000)
        var request = TokenRequest(peer: peer, expiry: expiry)
        request.services = [try ServicePattern(parsing: "*")]
        return try Token.mint(
            root: rootKey, authority: request.authorityBlock, nextKey: KeyPair(seed: [UInt8](repeating: 9, count: 32))
        ).bytes
    }
}

extension TestNode {
    /// Waits until this node lists the other for the test's model.
    func waitForEntry(of other: TestNode) async throws {
        let changes = await node.catalogChanges()
        if await node.catalog().contains(where: { $0.peer == other.id }) { return }
        try await within(.seconds(20), "the catalog entry") {
            for await change in changes where change == .added(other.id) { return }
        }
    }

    /// Waits until this node lists the other no more.
    func waitForEnd(of other: TestNode, in changes: AsyncStream<CatalogChange>) async throws {
        try await within(.seconds(20), "the end of the catalog entry") {
            for await change in changes where change == .removed(other.id) { return }
        }
    }

    func ask(_ host: TestNode, _ body: [ByteBuffer] = []) async throws -> Answer {
        try await node.exchange(
            with: host.id,
            head: RequestHead(method: "POST", path: "/inference/demo/v1/chat/completions", fields: []),
            body: Parts.of(body))
    }
}

/// Bodies of requests.
enum Parts {
    static func of(_ parts: [ByteBuffer]) -> AsyncThrowingStream<ByteBuffer, any Error> {
        AsyncThrowingStream { input in
            for part in parts { input.yield(part) }
            input.finish()
        }
    }

    /// `count` parts of 64 KiB, each filled with its number.
    static func numbered(_ count: Int) -> [ByteBuffer] {
        (0..<count).map { ByteBuffer(repeating: UInt8(truncatingIfNeeded: $0), count: 64 * 1024) }
    }

    static func collect(_ body: AnswerBody) async throws -> ByteBuffer {
        var whole = ByteBuffer()
        for try await part in body { whole.writeImmutableBuffer(part) }
        return whole
    }
}
