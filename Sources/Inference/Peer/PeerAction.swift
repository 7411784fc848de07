import Gossip
import Overlay

/// What the core asks of the shell that drives it. The shell carries out every action of an outbox, in order, before the
/// next entry into the core.
public enum PeerAction: Sendable {
    // Links.
    /// Connect to the first of these addresses that answers; `peer` is who must prove itself there, if known.
    case dial(DialID, peer: PeerID?, addresses: [Multiaddr])
    case send(LinkMessage, on: LinkID)
    /// Close the link after what was sent before has left.
    case close(LinkID, reason: String)
    /// Ask the other side of the link whether it is still there, and end the link when nothing comes from it for this long.
    case check(LinkID, within: TimeSpan)

    // Datagrams.
    /// Send a question; `isFirst` asks for a new session in any case. The introduction goes along with a first packet.
    case ask(KademliaMessage, introduction: Introduction, of: PeerID, at: UDPEndpoint, isFirst: Bool)
    /// Send an answer to where the question came from; with the introduction when that was a first packet.
    case answer(KademliaMessage, introduction: Introduction, to: DatagramSource)
    /// Send a dial-back from a socket that is used for nothing else, for whoever sent that question.
    case dialBack(DialBackNonce, to: UDPEndpoint, for: DatagramSource)

    // Streams of circuits.
    case openStream(StreamKey)
    case write(Bytes, to: StreamKey)
    /// Nothing more will be written.
    case finish(StreamKey)
    case reset(StreamKey)
    /// The reader took this many bytes; the other side may send as many more.
    case consumed(Int, of: StreamKey)

    // A local agent's request.
    case answerHead(ExchangeID, ResponseHead, Route)
    case answerBody(ExchangeID, Bytes)
    case answerEnd(ExchangeID)
    case exchangeFailed(ExchangeID, ExchangeFailure)
    /// The request's body may go on after a pause.
    case requestWritable(ExchangeID)

    // A caller's request, authorised, for the backend.
    case serve(ServingID, RequestHead, ServicePath, Caller)
    case requestBody(ServingID, Bytes)
    case requestEnd(ServingID)
    /// The caller has gone; whatever the backend does for it must stop.
    case servingCancelled(ServingID)
    /// The answer's body may go on after a pause.
    case answerWritable(ServingID)

    // News.
    /// A search that ``Peer/lookup(_:id:at:into:)`` began has ended.
    case lookupFinished(LookupID, LookupResult)
    /// A search that ``Peer/find(_:wanted:id:at:into:)`` began was answered by a registrar.
    case registrarAnswered(SearchID, RegistrarAnswer)
    /// It has ended; nobody hears of it any more.
    case searchFinished(SearchID, SearchResult)
    case catalogChanged(CatalogChange)
    /// ``Peer/revocations`` has new statements, which are to survive a restart.
    case revocationsChanged
    case notice(Notice)
}

/// The actions of one entry into the core.
public struct PeerOutbox: Sendable {
    public var actions: [PeerAction] = []
    private let hearsNotices: Bool

    /// - Parameter hearsNotices: whether the shell wants ``PeerAction/notice(_:)``; their texts are not made otherwise.
    public init(hearsNotices: Bool = true) {
        self.hearsNotices = hearsNotices
    }

    mutating func append(_ action: PeerAction) {
        actions.append(action)
    }

    mutating func notice(_ level: Notice.Level, about peer: PeerID? = nil, _ text: @autoclosure () -> String) {
        guard hearsNotices else { return }
        actions.append(.notice(Notice(level, text(), peer: peer)))
    }
}
