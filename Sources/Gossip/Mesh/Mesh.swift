import OrderedCollections
import Overlay

/// The value that joins the signed catalog, its broadcast and its repair for one node. Opens no socket and reads no
/// clock: every entry takes the moment and appends what is to be done to an outbox.
///
/// * In: ``linkUp(_:at:into:)`` and ``linkDown(_:at:)`` as links come and go, ``neighborUp(_:at:into:)`` and
///   ``neighborDown(_:at:into:)`` as the membership says,
///   ``receive(_:from:at:into:)`` for each message, ``publish(offers:labels:relays:tokenDigest:at:into:)`` and
///   ``withdraw(at:into:)`` for the node's own entry, ``wake(at:into:)`` at ``nextDeadline``.
/// * Out: the outbox, to be emptied after each call; then ``nextDeadline``, which any call may have changed. It is not
///   later than now while entries wait to be passed on: whoever has more messages in hand delivers them first, and all
///   that is new goes out in one frame per neighbour.
/// * To read: ``catalog`` and ``counts``.
public struct Mesh: Sendable {
    private let frozenSettings: Frozen<GossipSettings>
    public package(set) var catalog: Catalog
    public internal(set) var counts = MeshCounts()
    /// What is not valid any more although its signatures are.
    public package(set) var revocations: RevocationList

    let identity: Identity
    var random: RandomSource
    var neighbors: OrderedDictionary<PeerID, Neighbor> = [:]
    var broadcast: Broadcast
    var announcementShare = AnnouncementShare()
    var missing = MissingEntries()
    /// What is known of each peer with a link about revocations.
    var exchanges: OrderedDictionary<PeerID, RevocationExchange> = [:]
    var root = TreeRoot()
    /// What may cut the tree while no origin rules.
    var lone = LoneEntry()
    var rareNews = RareNews()
    /// When the first neighbour was there.
    var joinedAt: Instant?
    /// Entries that came first outside of the tree: that they come along it as well does not make a link of it superfluous.
    var offTree: TwoGenerationSet<EntrySummary>
    var publisher = Publisher()
    /// When to compare with a random neighbour next.
    var nextComparison = Instant.distantFuture
    /// Whether that comparison makes up for a link that was lost, so that it is about the newest entries too.
    var isNextComparisonComplete = false
    /// What comparisons that others began are about, for as long as they are lively.
    var answered: OrderedDictionary<PeerID, AnsweredComparison> = [:]
    /// Entries asked for lately, of whomever.
    var asked: TwoGenerationSet<EntrySummary>
    var askedTurn = Instant.zero
    private var lastNumber: UInt32 = 0
    /// When to see next whether more of the mesh finds room.
    var nextWidening = Instant.zero
    private var nextExpiryCheck = Instant.distantFuture
    private var broadcastDue = Instant.distantFuture

    /// - Parameters:
    ///   - identity: signs the node's own entry.
    ///   - meshID: of the root key whose mesh this is.
    ///   - roots: keys whose revocations count; without any, nothing is said of revocations to anybody.
    ///   - memory: of checked signatures; nodes of one process may share it.
    public init(
        identity: Identity, meshID: MeshID, roots: [PublicKey] = [], settings: GossipSettings = GossipSettings(),
        random: RandomSource, memory: EntryMemory? = nil
    ) {
        self.init(
            identity: identity, meshID: meshID, roots: roots, frozenSettings: Frozen(settings), random: random,
            memory: memory)
    }

    /// As the other one, with settings that other nodes of the process may have too.
    public init(
        identity: Identity, meshID: MeshID, roots: [PublicKey] = [], frozenSettings: Frozen<GossipSettings>,
        random: RandomSource, memory: EntryMemory?
    ) {
        self.identity = identity
        self.frozenSettings = frozenSettings
        self.random = random
        catalog = Catalog(
            mesh: meshID, owner: identity.peerID, frozenSettings: frozenSettings, memory: memory)
        revocations = RevocationList(
            mesh: meshID, roots: roots, skew: frozenSettings.value.clockSkew,
            capacity: frozenSettings.value.revocationCapacity)
        broadcast = Broadcast(frozenSettings)
        offTree = TwoGenerationSet(capacity: frozenSettings.value.offTreeMemory)
        asked = TwoGenerationSet(capacity: frozenSettings.value.askedMemory)
    }

    public var settings: GossipSettings { frozenSettings.value }

    /// The node's own id.
    public var peerID: PeerID { identity.peerID }

    /// The neighbours, in the order in which their links came up.
    public var neighborIDs: [PeerID] { Array(neighbors.keys) }

    /// When ``wake(at:into:)`` has something to do at the latest.
    public var nextDeadline: Instant {
        let mayCompare = sessionCount < settings.sessionCapacity
        var deadline = min(nextExpiryCheck, publisher.due, nextComparison, broadcastDue, missing.deadline)
        neighbors.withValues { values in
            for index in values.indices {
                deadline = min(deadline, values[index].answerDeadline)
                if mayCompare && !values[index].isComparing { deadline = min(deadline, values[index].comparisonDue) }
            }
        }
        for comparison in answered.values { deadline = min(deadline, comparison.deadline) }
        exchanges.withValues { values in
            for index in values.indices { deadline = min(deadline, values[index].due) }
        }
        return deadline
    }

    /// Does what is due. Calling it early is harmless.
    public mutating func wake(at now: Moment, into outbox: inout [MeshAction]) {
        expire(at: now, into: &outbox)
        widen(at: now)
        if publisher.due <= now.instant { announce(at: now, into: &outbox) }
        expireAnswers(at: now.instant)
        answered.removeAll { $0.value.deadline <= now.instant }
        askForTallies(at: now.instant, into: &outbox)
        beginDueComparisons(at: now, into: &outbox)
        flush(at: now.instant, into: &outbox)
        graft(at: now.instant, into: &outbox)
        settle(at: now)
    }

    /// Takes back what ``Catalog/snapshot`` gave before a restart; everything is verified again and nothing is sent.
    /// - Returns: how many entries were not taken.
    public mutating func restore(_ snapshot: [[UInt8]], at now: Moment, into outbox: inout [MeshAction]) -> Int {
        var refused = 0
        for bytes in snapshot {
            switch catalog.examine(bytes, at: now) {
            case .candidate(let entry) where entry.peer == peerID:
                if entry.hasValidSignature { publisher.remember(entry) }
            case .candidate(let entry):
                let acceptance = catalog.admit(entry, at: now)
                if taken(acceptance) == nil { refused += 1 }
                report(acceptance, of: entry.peer, from: peerID, into: &outbox)
            case .duplicate: break
            case .refused(let refusal):
                refused += 1
                drop(.entry(refusal), from: peerID, into: &outbox)
            }
        }
        settle(at: now)
        return refused
    }

    // MARK: Shared by the aspects

    /// Ends each public call: computes what depends on the wall clock, and asks for a wake when something waits.
    mutating func settle(at now: Moment) {
        nextExpiryCheck =
            catalog.nextExpiry.map { now.instant + min($0.since(now.wall), settings.expiryCheck) } ?? .distantFuture
        broadcastDue = broadcast.isIdle ? broadcast.announceDue : now.instant
    }

    mutating func send(_ message: GossipMessage, to peer: PeerID, into outbox: inout [MeshAction]) {
        counts.countSent(message.kind)
        outbox.append(.send(message, to: peer))
    }

    mutating func drop(_ reason: DropReason, from peer: PeerID, into outbox: inout [MeshAction]) {
        counts.count(reason)
        outbox.append(.drop(reason, from: peer))
    }

    /// A number for a session or a request; answers to an earlier one do not fit it.
    mutating func nextNumber() -> UInt32 {
        lastNumber &+= 1
        return lastNumber
    }

    private mutating func expire(at now: Moment, into outbox: inout [MeshAction]) {
        for change in catalog.expire(at: now.wall) {
            counts.expired += 1
            outbox.append(.changed(change))
            if change.peer == peerID { publisher.hurry(at: now.instant, settings: settings) }
        }
    }
}
