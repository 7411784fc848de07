import Gossip
import Inference
import Overlay

/// One node: the core, and what stands around it in place of sockets, clocks and files.
public struct SimulatedNode: Sendable {
    /// Whether a node runs, and if not, how its machine answers.
    public enum Life: Hashable, Sendable {
        /// Not started yet, or left in good order: its machine refuses connections.
        case off
        case running
        /// Its machine is gone: nobody answers.
        case crashed
    }

    /// A dial under way, address by address.
    struct Dial: Sendable {
        let peer: PeerID?
        var addresses: [Multiaddr]
        var wire: EndRef?
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
    public internal(set) var clock: VirtualClock
    /// When its calendar last jumped.
    var steppedAt: VirtualTime?
    public internal(set) var peer: Peer
    public internal(set) var life = Life.off
    public var isRunning: Bool { life == .running }
    /// How often it has started.
    var starts = 0
    /// Versions of its services that it has announced on the users' behalf.
    var version = 0
    var disk = Disk()

    /// The wires of its links, and all ends that it has.
    var links = LinkPlaces()
    var ends: [EndRef] = []
    var dials: [DialID: Dial] = [:]
    private var lastLink: UInt64 = 0
    private var lastWire: UInt32 = 0
    /// What its core has not been told yet.
    var pending: [Pending] = []
    private var lastEvent: UInt32 = 0

    /// When the one timer is set to.
    var armedAt = VirtualTime.distantFuture
    /// Wakes in a row at one moment.
    var wakesInARow = 0
    /// What waits for the processor of a slow or stalled node, in order, and until when it is busy.
    var backlog: [NodeEvent] = []
    var busyUntil = VirtualTime.zero

    /// Its access link, each way.
    var wayOut = AccessLink()
    var wayIn = AccessLink()

    /// Its datagrams so far.
    var datagrams: UInt64 = 0
    /// Where they are real.
    var endpoint: DatagramEndpoint?

    var trace: Trace
    public internal(set) var sent = Traffic()
    public internal(set) var requests = RequestLog()
    /// Searches under way on behalf of users.
    var lookups: [LookupID: UserLookup] = [:]
    var lastLookup: UInt64 = 0

    init(index: NodeIndex, clock: VirtualClock, peer: Peer) {
        self.index = index
        self.clock = clock
        self.peer = peer
        trace = Trace(of: index)
    }

    mutating func newLink() -> LinkID {
        lastLink += 1
        return LinkID(number: lastLink)
    }

    /// Names the next wire that has an end here; never used again in the life of the world.
    mutating func newWire() -> UInt64 {
        lastWire += 1
        return UInt64(index.number) << 32 | UInt64(lastWire)
    }

    /// The key of the next event that this node causes.
    mutating func newKey() -> EventKey {
        lastEvent += 1
        return EventKey(source: index.number + 1, number: lastEvent)
    }

    /// What a core shows after one of its entries.
    struct Glance: Sendable {
        /// It signed an entry of its own meanwhile.
        let hasPublished: Bool
        /// Links that both ends admitted.
        let links: Int
        /// There is somebody in its routing table.
        let hasTable: Bool
        /// Entries in its catalog.
        let listed: Int
        /// Entries that came meanwhile from others, and those of them that were known, or outdated by what was known.
        let newEntries: UInt64
        let knownEntries: UInt64
    }

    /// Runs one entry of the core.
    mutating func enter(
        at now: Moment, into outbox: inout PeerOutbox, _ body: (inout Peer, Moment, inout PeerOutbox) -> Void
    ) -> Glance {
        let (published, taken, known) = entryCounts()
        body(&peer, now, &outbox)
        let after = entryCounts()
        // Its own entries are taken in like those of others.
        let own = after.published - published
        let new = after.taken - taken
        return Glance(
            hasPublished: own > 0, links: peer.linkCount, hasTable: !peer.kademlia.table.isEmpty,
            listed: peer.mesh.catalog.liveCount, newEntries: new - min(own, new), knownEntries: after.known - known)
    }

    private mutating func entryCounts() -> (published: UInt64, taken: UInt64, known: UInt64) {
        (
            peer.mesh.counts.published,
            peer.mesh.counts.added + peer.mesh.counts.replaced + peer.mesh.counts.withdrawn,
            peer.mesh.counts.duplicates + peer.mesh.counts.stale
        )
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

    /// Forgets everything that a process loses when it ends.
    mutating func forgetProcess() {
        links = LinkPlaces()
        ends = []
        dials = [:]
        pending = []
        armedAt = .distantFuture
        wakesInARow = 0
        backlog = []
        busyUntil = .zero
        lookups = [:]
        requests.served = [:]
        endpoint = nil
    }
}
