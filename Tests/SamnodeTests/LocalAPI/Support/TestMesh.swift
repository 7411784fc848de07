import Gossip
import Inference
import NIOCore
import Overlay
import Synchronization

@testable import samnode

/// A mesh in memory: tests say who serves what and what comes back.
final class TestMesh: MeshAccess {
    typealias Body = any AsyncSequence<ByteBuffer, any Error> & Sendable
    typealias Exchange = @Sendable (PeerID, RequestHead, Body) async throws -> MeshAnswer

    struct State: Sendable {
        var readiness = Readiness.ready
        var providers: [String: [Provider]] = [:]
        var services: [AnnouncedService] = []
        var joining = JoiningReport(
            peer: TestMesh.peer(0).text, meshId: "", rootKeys: [], dataDirectory: "/nowhere",
            tokenExpiresAt: 2_000_000_000_000, listenAddresses: [], bootstraps: [], uptimeSeconds: 1, links: 0)
        var revocations = RevocationList(mesh: MeshID(bytes: .zero), roots: [], skew: .zero)
        var catalog: [CatalogReport] = []
        /// Whether changes of the catalog can be followed.
        var isWatched = false
        var watchers: [AsyncStream<CatalogChange>.Continuation] = []
        /// In the order in which they were made.
        var requests: [Asked] = []
    }

    struct Asked: Sendable {
        var host: PeerID
        var head: RequestHead
    }

    let localPeer = TestMesh.peer(0)
    private let exchange: Exchange
    private let state: Mutex<State>

    init(
        providers: [String: [Provider]] = [:], services: [AnnouncedService] = [],
        exchange: @escaping Exchange = { _, _, _ in throw ExchangeFailure.unreachable("nobody is there") }
    ) {
        self.exchange = exchange
        state = Mutex(State(providers: providers, services: services))
    }

    /// The peer with a key of this byte only.
    static func peer(_ byte: UInt8) -> PeerID {
        guard let key = PublicKey([UInt8](repeating: byte, count: 32)) else {
            preconditionFailure("32 bytes are a key")
        }
        return PeerID(key)
    }

    static func provider(_ byte: UInt8, service: String = "inference:demo", labels: String = "") -> Provider {
        guard let name = ServiceName(service), let labels = LabelSet(parsing: labels) else {
            preconditionFailure("\(service) and \(labels) are valid")
        }
        return Provider(host: peer(byte), service: name, isLocal: byte == 0, labels: labels)
    }

    var requests: [Asked] { state.withLock { $0.requests } }

    func change(_ change: (inout State) -> Void) {
        state.withLock { change(&$0) }
    }

    func readiness() async -> Readiness { state.withLock { $0.readiness } }

    func providers(model: String) async -> [Provider] { state.withLock { $0.providers[model] ?? [] } }

    func services() async -> [AnnouncedService] { state.withLock { $0.services } }

    func exchange(
        with host: PeerID, head: RequestHead, body: some AsyncSequence<ByteBuffer, any Error> & Sendable
    ) async throws -> MeshAnswer {
        state.withLock { $0.requests.append(Asked(host: host, head: head)) }
        return try await exchange(host, head, body)
    }

    func findReport(of topic: Topic, wanted: Int) async -> FindReport {
        FindReport(
            topic: "\(topic)", end: "complete", milliseconds: 12, asked: wanted, answered: 2, entries: [],
            steps: [FindReport.Step(milliseconds: 3, registrar: Self.peer(1).text, bucket: 1, hosts: [], refused: 0)])
    }

    func statusReport() async -> StatusReport {
        StatusReport(
            peer: localPeer.text, isReady: true, reason: nil, listenAddresses: [], uptimeSeconds: 1, links: 2,
            contacts: 3, catalogEntries: 4, requestsServed: 5,
            counters: [StatusReport.Counter(name: "drops", value: 6)], estimatedNodes: 7)
    }

    func peerReports() async -> [PeerReport] { [] }

    func joiningReport() async -> JoiningReport { state.withLock { $0.joining } }

    func revocationReport() async -> RevocationReport {
        RevocationReport(of: state.withLock { $0.revocations }, own: nil)
    }

    func add(revocations: [[UInt8]]) async -> [RevocationList.Acceptance] {
        state.withLock { $0.revocations.accept(revocations, at: WallTime(seconds: 1_800_000_000)) }
    }

    func catalogReports() async -> [CatalogReport] { state.withLock { $0.catalog } }

    /// Ends at once, unless the test has opened one.
    func catalogChanges() async -> AsyncStream<CatalogChange> {
        state.withLock { state in
            let (stream, input) = AsyncStream.makeStream(of: CatalogChange.self)
            if state.isWatched { state.watchers.append(input) } else { input.finish() }
            return stream
        }
    }

    /// Tells those who follow the catalog that a host changed.
    func announce(_ change: CatalogChange) {
        for watcher in state.withLock({ $0.watchers }) { watcher.yield(change) }
    }

    func endWatching() {
        for watcher in state.withLock({ $0.watchers }) { watcher.finish() }
    }

    func routeReport(model: String) async -> RouteReport { RouteReport(model: model, candidates: []) }
}

extension MeshAnswer {
    static func complete(
        _ text: String, status: Int = 200, fields: [HeaderField] = [], route: Route = Route(hops: [TestMesh.peer(1)])
    ) -> MeshAnswer {
        MeshAnswer(
            head: ResponseHead(status: status, fields: fields), route: route, body: WholeBody(ByteBuffer(string: text)))
    }

    static func stream(
        _ body: any AsyncSequence<ByteBuffer, any Error> & Sendable, type: String = "text/event-stream"
    ) -> MeshAnswer {
        let fields = [HeaderField(name: "content-type", value: type)]
        return MeshAnswer(
            head: ResponseHead(status: 200, fields: fields), route: Route(hops: [TestMesh.peer(2), TestMesh.peer(1)]),
            body: body)
    }
}

/// A body whose parts a test sends one by one, and which tells when its reader has gone.
final class ControlledBody: Sendable {
    let stream: AsyncThrowingStream<ByteBuffer, any Error>
    let gone = Signal<Void>()
    private let continuation: AsyncThrowingStream<ByteBuffer, any Error>.Continuation

    init() {
        (stream, continuation) = AsyncThrowingStream.makeStream(of: ByteBuffer.self)
        continuation.onTermination = { [gone] reason in
            if case .cancelled = reason { gone.send() }
        }
    }

    func send(_ text: String) {
        continuation.yield(ByteBuffer(string: text))
    }

    func finish(_ failure: ExchangeFailure? = nil) {
        continuation.finish(throwing: failure)
    }
}

func collect(_ body: some AsyncSequence<ByteBuffer, any Error>) async throws -> String {
    var text = ""
    for try await chunk in body { text += String(buffer: chunk) }
    return text
}
