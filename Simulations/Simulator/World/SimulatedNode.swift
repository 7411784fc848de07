import Gossip
import Inference
import Overlay

/// One node: the core, and what stands around it in place of sockets and clocks.
public struct SimulatedNode: Sendable {
    /// One end of a wire that the core has a number for.
    struct Attachment: Hashable, Sendable {
        let wire: WireID
        let side: Wire.Side
    }

    /// A dial under way, address by address.
    struct Dial: Sendable {
        let peer: PeerID?
        var addresses: [Multiaddr]
        var wire: WireID?
        var complaints: [String] = []
    }

    /// What a core is told as soon as it has done what it is doing.
    enum Pending: Sendable {
        case link(LinkID, LinkEvent, digest: UInt64)
        /// The agent at this node hears of its request.
        case caller(CallerNews)
        /// The backend of this node hears of a request.
        case backend(BackendNews)
    }

    public let index: NodeIndex
    public let clock: VirtualClock
    public internal(set) var peer: Peer
    /// What it announces once it has started.
    let offers: [ServiceOffer]

    /// The wires of its links.
    var ends: [LinkID: Attachment] = [:]
    var dials: [DialID: Dial] = [:]
    private var lastLink: UInt64 = 0
    /// What its core has not been told yet.
    var pending: [Pending] = []
    private var lastEvent: UInt32 = 0

    /// When the one timer is set to.
    var armedAt = VirtualTime.distantFuture
    /// Wakes in a row at one moment.
    var wakesInARow = 0

    public internal(set) var sent = Traffic()
    /// Since when it lists everybody; nil while it does not.
    public internal(set) var completeSince: VirtualTime?
    var hasStarted = false
    public internal(set) var requests = RequestLog()

    init(index: NodeIndex, clock: VirtualClock, peer: Peer, offers: [ServiceOffer]) {
        self.index = index
        self.clock = clock
        self.peer = peer
        self.offers = offers
    }

    mutating func newLink() -> LinkID {
        lastLink += 1
        return LinkID(number: lastLink)
    }

    /// The key of the next event that this node causes.
    mutating func newKey() -> EventKey {
        lastEvent += 1
        return EventKey(source: index.number + 1, number: lastEvent)
    }

    /// Runs one entry of the core. True when the core signed an entry of its own meanwhile.
    mutating func enter(
        at now: Moment, into outbox: inout PeerOutbox, _ body: (inout Peer, Moment, inout PeerOutbox) -> Void
    ) -> Bool {
        let published = peer.mesh.counts.published
        body(&peer, now, &outbox)
        return peer.mesh.counts.published != published
    }

    /// When the core wants to be woken. Changes nothing; said to, so that nobody copies the core in order to ask.
    mutating func nextDeadline() -> VirtualTime {
        clock.time(of: peer.nextDeadline)
    }

    /// Takes out what waits to be told to the core, oldest first.
    mutating func takePending() -> [Pending] {
        defer { pending = [] }
        return pending
    }
}
