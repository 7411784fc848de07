import Gossip
import Overlay

@testable import Inference

/// One node of a ``Network``: the real core, its real link sessions, and what its agents, its backend and its log saw.
struct Driven {
    struct Channel {
        var session: LinkSession
        let wire: Int
        let end: Int
        /// The dial that made it, until the other side has proven itself.
        var dial: DialID?

        mutating func run(
            _ body: (inout LinkSession, inout LinkSession.Outbox) -> Void, into outbox: inout LinkSession.Outbox
        ) {
            body(&session, &outbox)
        }
    }

    /// A local agent's request and all that came back.
    struct Agent {
        let startedAt: Instant
        /// What of the request's body is left to send.
        var upload: Bytes
        var isUploaded = false
        /// Bytes that the core has taken.
        var sent = 0
        /// Whether the answer's body is taken as it comes.
        var reads = true
        var unread = 0
        var head: ResponseHead?
        var route: Route?
        var headAt: Instant?
        var body = Bytes()
        var isComplete = false
        var failure: ExchangeFailure?

        var hasEnded: Bool { isComplete || failure != nil }
        var text: String { String(decoding: body.array, as: UTF8.self) }
    }

    /// A request at the backend and all that it does about it.
    struct Backend {
        let head: RequestHead
        let path: ServicePath
        let caller: Caller
        var body = Bytes()
        var reads = true
        var unread = 0
        var isBodyComplete = false
        var isCancelled = false
        /// What of the answer's body is left to write.
        var download = Bytes()
        var endsAfterDownload = false
        var mayWrite = true
        /// Bytes that the core has taken.
        var written = 0
    }

    /// What came on a stream that the test opened past the core.
    struct RawStream {
        var received = Bytes()
        var isFinished = false
        var isReset = false
    }

    /// What the backend does of itself.
    enum Script {
        /// Nothing: the test says what.
        case manual
        /// Answers when the request is complete.
        case answer(status: Int, body: String)
        /// Sends back each part as it comes.
        case echo
        /// Answers with this many bytes when the request is complete.
        case bulk(Int)
    }

    let identity: Identity
    let token: [UInt8]
    let address: Multiaddr?
    var peer: Peer
    var isRunning = true
    /// Milliseconds by which its calendar is ahead.
    var calendarError: Int64 = 0
    var script = Script.answer(status: 200, body: "hello")
    var backendReads = true

    var endpoint: DatagramEndpoint?
    /// Datagrams that it sent.
    var datagrams: [[UInt8]] = []
    /// Dial-backs that it sent.
    var dialBacks: [[UInt8]] = []
    /// Only answers to its datagrams come in, and nobody can dial it unless that is let through.
    var hasFirewall = false
    var takesDials = false
    /// Where it sent datagrams to, and when last.
    var letsIn: [UDPEndpoint: Instant] = [:]
    var channels: [LinkID: Channel] = [:]
    var nextLink: UInt64 = 1
    var events: [(LinkID, LinkEvent)] = []
    var isDraining = false

    var agents: [ExchangeID: Agent] = [:]
    var backends: [ServingID: Backend] = [:]
    var notices: [Notice] = []
    var lookups: [LookupID: LookupResult] = [:]
    /// What registrars told its searches for services, and how these ended.
    var answers: [SearchID: [RegistrarAnswer]] = [:]
    var searches: [SearchID: SearchResult] = [:]
    var changes: [CatalogChange] = []
    /// Its revocations, kept over a restart.
    var disk: [[UInt8]] = []
    /// Why links closed, in order.
    var closings: [String] = []
    /// The links on which the core asked whether the other side is there, and when.
    var checks: [(link: LinkID, at: Instant)] = []
    /// Hosts of which it told a neighbour that it lost them or cannot reach them.
    var unlinked: [(host: PeerID, link: LinkID)] = []
    /// Peers of dials that the core asked for, and when.
    var dialed: [(peer: PeerID?, at: Instant)] = []
    /// A stranger that keeps its token to itself.
    var isMute = false
    /// A node that says this on every circuit stream instead of relaying it.
    var answersOpeningsWith: [UInt8]?
    /// Streams that the test speaks on itself; the core does not hear of them.
    var raw: [StreamKey: RawStream] = [:]

    var id: PeerID { identity.peerID }

    /// The requests that reached the backend, in order.
    var served: [ServingID] { backends.keys.sorted() }

    var hasCancelledAll: Bool { backends.values.allSatisfy(\.isCancelled) }

    func hasNotice(_ text: String) -> Bool { notices.contains { $0.text.contains(text) } }

    func dropped(_ reason: PeerDrop) -> UInt64 { peer.counters.dropped[reason] ?? 0 }
}
