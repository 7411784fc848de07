import Gossip
import Inference
import NIOCore
import Overlay

/// What the local API needs of the running node.
protocol MeshAccess: Sendable {
    /// This node.
    var localPeer: PeerID { get }

    /// Whether requests can be served now.
    func readiness() async -> Readiness
    /// Hosts of a model, best first.
    func providers(model: String) async -> [Provider]
    /// Every service that is announced now, this node's own among them.
    func services() async -> [AnnouncedService]

    /// Sends one request to a host and returns once the head of its answer is there.
    ///
    /// `body` is iterated at most once, and only as fast as it can be sent. Cancelling the calling task, or the task that
    /// iterates the answer's body, or dropping that body, cancels the request on every hop.
    /// - Throws: ``ExchangeFailure``.
    func exchange(
        with host: PeerID, head: RequestHead, body: some AsyncSequence<ByteBuffer, any Error> & Sendable
    ) async throws -> MeshAnswer

    func statusReport() async -> StatusReport
    func peerReports() async -> [PeerReport]
    func joiningReport() async -> JoiningReport
    func revocationReport() async -> RevocationReport
    /// Takes revocations, as exact bytes, and passes them on.
    func add(revocations: [[UInt8]]) async -> [RevocationList.Acceptance]
    /// Changes of the catalog from now on, until the node ends.
    func catalogChanges() async -> AsyncStream<CatalogChange>
    func catalogReports() async -> [CatalogReport]
    /// Searches services in the DHT alone.
    func findReport(of topic: Topic, wanted: Int) async -> FindReport
    /// What would be tried for a model, in order.
    func routeReport(model: String) async -> RouteReport
}

/// Whether a node can do its work.
enum Readiness: Hashable, Sendable {
    case ready
    /// The reason is shown to whoever asks `/readyz`.
    case notReady(String)
}
