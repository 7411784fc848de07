import OrderedCollections

/// The node's part in the overlay's topology: whom it knows, whom it asks, and what it answers.
///
/// A plain value. Every entry takes the moment and a list that it appends what the owner has to do to; the owner empties
/// that list before the next entry, and calls ``wake(at:into:)`` at ``nextDeadline``. It opens no link and signs nothing:
/// it asks the owner for both.
///
///     learned, contact, nodes ─► candidates ─► (dial, question, answer) ─► routing table ─► answers to others, lookups
///
/// A contact is believed when its signature is right, tried when a bucket has room, and enters the table when its peer has
/// answered. Others are only ever told contacts of peers that answered the last time.
public struct Kademlia: Sendable {
    private let frozenSettings: Frozen<KademliaSettings>
    /// The node's own contact as others get it.
    public internal(set) var own: ContactRecord
    public internal(set) var table: RoutingTable
    public internal(set) var peers: PeerTable

    var random: RandomSource
    var links: OrderedDictionary<PeerID, KademliaLink> = [:]
    /// Peers that datagrams were exchanged with.
    var paths: RecentTable<PeerID, DatagramPath>
    var datagrams = DatagramHealth()
    var questions: OrderedDictionary<UInt32, PendingQuestion> = [:]
    var dials: OrderedDictionary<PeerID, PendingDial> = [:]
    var lookups: OrderedDictionary<LookupHandle, ActiveLookup> = [:]
    /// Keeps advertisements of others; nil until somebody asks for a place.
    var registrar: Registrar?
    /// Places the node's own advertisement; nil while there is none.
    var advertiser: Advertiser?
    var searches: OrderedDictionary<SearchID, AdvertisementSearch> = [:]
    /// Whether others reach this node.
    public internal(set) var dialBacks = DialBacks()
    /// Sends dial-backs for others; nil until somebody asks for one.
    var dialBackDuty: DialBackDuty?
    /// Dial-backs that were sent for others.
    public internal(set) var dialBacksSent: UInt64 = 0
    var candidates: CandidatePool
    var failures: FailureMemory
    /// Records of peers that nothing holds come again in answer after answer, and checking a signature costs a hundred times
    /// what comparing bytes does.
    let verified: ContactMemory
    var upkeep = Upkeep()
    /// Peers that are in no table and whose contacts are not taken.
    private(set) var barred: Set<PeerID> = []
    /// What finished lookups tell about the size of the network.
    var size: NetworkSize
    /// Until then lookups take more paths than usual: somebody crowds a part of the keyspace.
    var suspectsUntil = Instant.zero
    /// Lookups that found the nearest peers closer together than chance has it.
    public internal(set) var crowdedLookups: UInt64 = 0
    private var lastRequest: UInt32 = 0

    /// A search and when it wants to be woken.
    struct ActiveLookup: Sendable {
        var search: Lookup
        let startedAt: Instant
        /// When the peer whose key is searched answered.
        var foundAt: Instant?
        var deadline: Instant
        /// Nobody could be asked, or nobody answered: it begins anew when a peer comes into the table.
        var awaitsPeer = false
    }

    /// - Parameters:
    ///   - own: the node's contact, freshly signed; without the server role the node is in nobody's table.
    ///   - random: a source of this value's own.
    ///   - memory: of checked signatures; nodes of one process may share it.
    public init(
        own: ContactRecord, settings: KademliaSettings = KademliaSettings(), random: RandomSource,
        memory: ContactMemory? = nil
    ) {
        self.init(own: own, frozenSettings: Frozen(settings), random: random, memory: memory)
    }

    /// As the other one, with settings that other nodes of the process may have too.
    public init(
        own: ContactRecord, frozenSettings: Frozen<KademliaSettings>, random: RandomSource, memory: ContactMemory?
    ) {
        let settings = frozenSettings.value
        self.frozenSettings = frozenSettings
        self.own = own
        self.random = random
        table = RoutingTable(own: own.key, settings: settings.routing)
        peers = PeerTable(capacity: settings.peers)
        paths = RecentTable(capacity: settings.paths)
        candidates = CandidatePool(capacity: settings.candidates)
        verified = memory ?? ContactMemory(capacity: settings.verified)
        verified.insert(own, for: own.peer)
        size = NetworkSize(capacity: settings.sizeSamples, needed: settings.sizeSamplesNeeded)
        failures = FailureMemory(capacity: settings.failures, duration: settings.failureMemory)
    }

    /// Its limits and periods.
    public var settings: KademliaSettings { frozenSettings.value }

    /// When to call ``wake(at:into:)`` at the latest.
    public var nextDeadline: Instant {
        var earliest = upkeepDeadline
        questions.withValues { for index in $0.indices { earliest = min(earliest, $0[index].deadline) } }
        dials.withValues { for index in $0.indices { earliest = min(earliest, $0[index].deadline) } }
        lookups.withValues { for index in $0.indices { earliest = min(earliest, $0[index].deadline) } }
        if let advertiser, upkeep.hasJoined { earliest = min(earliest, advertiser.nextDeadline) }
        return min(earliest, dialBackDeadline)
    }

    /// Lets everything that is due happen.
    public mutating func wake(at now: Moment, into actions: inout [KademliaAction]) {
        expireQuestions(at: now, into: &actions)
        expireDials(at: now, into: &actions)
        let isLookupDue = lookups.withValues { values in
            values.indices.contains { values[$0].deadline <= now.instant }
        }
        for (handle, lookup) in isLookupDue ? lookups : [:] where lookup.deadline <= now.instant {
            if lookup.awaitsPeer { restart(handle, at: now, into: &actions) }
            advance(handle, at: now, into: &actions)
        }
        keepUp(at: now, into: &actions)
        advertiseWhatIsDue(at: now, into: &actions)
        if dialBackDeadline <= now.instant { dialBackUpkeep(at: now, into: &actions) }
    }

    /// The contact of a node, when it is known and its signature was checked.
    public func contact(of peer: PeerID) -> ContactRecord? {
        peer == own.peer ? own : peers.record(of: peer)
    }

    /// The nearest peers of the table, nearest first; suspects are left out.
    public func closest(to target: NodeKey, count: Int) -> [ContactRecord] {
        table.closest(to: target, count: count, peers: peers) { $0.isLive }.map { peers[$0] }
    }

    /// What is under way: searches, questions without an answer, and dials without a report. For checks of bounds.
    package var load: (lookups: Int, questions: Int, dials: Int) { (lookups.count, questions.count, dials.count) }

    /// The peers of the table worth keeping over a restart: those that answered most often first.
    public func knownContacts(limit: Int) -> [ContactRecord] {
        let live = table.entries.enumerated().filter(\.element.isLive).sorted { left, right in
            left.element.answers != right.element.answers
                ? left.element.answers > right.element.answers : left.offset < right.offset
        }
        return live.prefix(max(0, limit)).map { peers[$0.element.peer] }
    }

    /// How many nodes the network has, this one included: judged from what lookups find, and before enough of them have ended,
    /// from how near the nearest peers of the table are.
    public var estimatedNetworkSize: Int {
        max(size.median ?? table.estimatedNetworkSize(peers: peers), table.count + 1)
    }

    /// Forgets peers that are no members of the network any more, and takes no contact of them from now on.
    /// - Parameter barred: all of them; replaces those that were barred before.
    public mutating func bar(_ barred: Set<PeerID>) {
        for peer in barred.subtracting(self.barred).sorted() {
            guard let ref = peers.ref(of: peer) else { continue }
            // Held here, so that it is there until both have let it go.
            peers.retain(ref)
            _ = table.remove(ref, peers: &peers)
            candidates.remove(ref, table: &peers)
            peers.release(ref)
        }
        registrar?.bar(barred)
        self.barred = barred
    }

    /// The number of the next question; zero is never used.
    mutating func nextRequest() -> UInt32 {
        repeat {
            lastRequest &+= 1
        } while lastRequest == 0 || questions[lastRequest] != nil
        return lastRequest
    }
}
