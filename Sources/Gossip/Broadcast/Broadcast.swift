import OrderedCollections
import Overlay

/// Plumtree (Leitão, Pereira, Rodrigues: "Epidemic broadcast trees", 2007) for entries: what was taken in since the last wake is
/// pushed to the eager neighbours at once, each entry once, and announced to the others a little later, many entries in one
/// message, to all of them or to one after the other (``AnnouncementShare``).
///
/// Which neighbours are eager is kept with them (``Neighbor/isEager``): a few are at first, one that pushes what is known
/// already is pruned, one that announced what nobody pushed is grafted. Entries that came by repair are only announced, because most
/// neighbours have them already. Only verified entries get here.
struct Broadcast: Sendable {
    /// How the neighbours hear of an entry.
    enum Manner: Hashable, Sendable {
        /// The eager ones get it at once: it came all the way along the tree.
        case eager
        /// As with `eager`, but it has left the tree on its way, or does now: who gets it twice has no superfluous link by that.
        case wide
        /// They are told that it exists.
        case lazy
    }

    /// Who may be sent entries.
    struct Receiver: Sendable {
        let peer: PeerID
        let abilities: GossipAbilities
    }

    /// What one neighbour is sent.
    private struct Parcel {
        let receiver: Receiver
        private var pushed: [CatalogEntry] = []
        private var wide: [CatalogEntry] = []

        init(_ receiver: Receiver) { self.receiver = receiver }

        /// An older node does not tell one from the other.
        mutating func add(_ entry: CatalogEntry, isWide: Bool) {
            if isWide && receiver.abilities.takesWidePushes { wide.append(entry) } else { pushed.append(entry) }
        }

        var messages: [GossipMessage] {
            let dictionaries = receiver.abilities.dictionaries
            return GossipMessage.pushes(of: pushed, readable: dictionaries)
                + GossipMessage.widePushes(of: wide, readable: dictionaries)
        }
    }

    private struct Pending: Sendable {
        let entry: CatalogEntry
        let summary: EntrySummary
        let manner: Manner
        /// Whether it goes to some of the other neighbours, too.
        let isRare: Bool
        var knownBy: [PeerID]

        /// Those that are not known to have it.
        func lacking(_ receivers: [Receiver]) -> [Receiver] {
            receivers.filter { !knownBy.contains($0.peer) }
        }
    }

    private let frozenSettings: Frozen<GossipSettings>
    private var pending: [Pending] = []
    /// What some neighbour has not been told yet, with those that have it in any case. Each has a number, one higher than that
    /// of the one before it.
    private var announcements: OrderedDictionary<EntrySummary, [PeerID]> = [:]
    private var firstAnnouncement: UInt64 = 0
    private var forwarded: TwoGenerationSet<EntryID>
    /// When announcements are sent.
    private(set) var announceDue = Instant.distantFuture
    /// When something was announced for the first time.
    private var announcedAt = Instant.zero
    private var hasUnannounced = false

    init(_ settings: Frozen<GossipSettings>) {
        frozenSettings = settings
        forwarded = TwoGenerationSet(capacity: settings.value.forwardedMemory)
    }

    private var settings: GossipSettings { frozenSettings.value }

    var isIdle: Bool { pending.isEmpty }

    /// What became of an entry that should be passed on.
    enum Enqueueing: Hashable, Sendable {
        case enqueued
        /// It was passed on before.
        case repeated
        /// Too many wait; neighbours get it by comparison.
        case full
    }

    /// Puts an entry on its way to all neighbours but `source`.
    /// - Parameter isRare: of what is not lazy, whether some of those that are not eager get it at once, too.
    mutating func add(
        _ entry: CatalogEntry, manner: Manner, isRare: Bool = false, from source: PeerID?
    ) -> Enqueueing {
        guard pending.count < settings.pendingCapacity else { return .full }
        guard forwarded.insert(entry.id) else { return .repeated }
        pending.removeAll { $0.entry.peer == entry.peer }
        let knownBy = source.map { [$0] } ?? []
        pending.append(
            Pending(
                entry: entry, summary: EntrySummary(of: entry), manner: manner, isRare: isRare, knownBy: knownBy))
        return .enqueued
    }

    /// Remembers that a neighbour has an entry that waits, so that it is not sent to where it came from twice.
    mutating func noteKnown(_ summary: EntrySummary, by neighbor: PeerID) {
        if let index = pending.firstIndex(where: { $0.summary == summary }),
            !pending[index].knownBy.contains(neighbor)
        {
            pending[index].knownBy.append(neighbor)
        }
        if let knownBy = announcements[summary], !knownBy.contains(neighbor) {
            announcements[summary]?.append(neighbor)
        }
    }

    /// The messages for everything that waits, after which nothing does but the announcements of it.
    /// - Parameter others: in the order in which they get what goes to a few of them.
    mutating func push(
        to eager: [Receiver], others: [Receiver], at now: Instant
    ) -> [(peer: PeerID, message: GossipMessage)] {
        var parcels: OrderedDictionary<PeerID, Parcel> = [:]
        for waiting in pending {
            let inTree = waiting.manner == .lazy ? [] : waiting.lacking(eager)
            let besides = waiting.isRare ? waiting.lacking(others).prefix(settings.newsFanout) : []
            for receiver in inTree {
                parcels[receiver.peer, default: Parcel(receiver)].add(waiting.entry, isWide: waiting.manner == .wide)
            }
            for receiver in besides {
                parcels[receiver.peer, default: Parcel(receiver)].add(waiting.entry, isWide: true)
            }
            announcements[waiting.summary] = waiting.knownBy + inTree.map(\.peer) + besides.map(\.peer)
        }
        let messages = parcels.values.flatMap { parcel in
            parcel.messages.map { (peer: parcel.receiver.peer, message: $0) }
        }
        // Who was missed by all pushes is not to wait for its turn.
        let soonest = pending.contains(where: \.isRare) ? .zero : announcedAt + settings.announceInterval
        announceDue = min(announceDue, max(now + settings.announceDelay, soonest))
        pending = []
        forgetAnnouncements(announcements.count - settings.announcementCapacity)
        hasUnannounced = true
        return messages
    }

    /// The number that the next announcement gets; a neighbour that has been told everything is told from there on.
    var nextAnnouncement: UInt64 { firstAnnouncement &+ UInt64(announcements.count) }

    /// What a neighbour has not been told and does not have.
    /// - Parameter number: of the first announcement that it has not been told.
    func untold(_ neighbor: PeerID, from number: UInt64) -> [EntrySummary] {
        let told = number > firstAnnouncement ? Int(clamping: number - firstAnnouncement) : 0
        return announcements.elements.dropFirst(told).compactMap { $0.value.contains(neighbor) ? nil : $0.key }
    }

    /// Some neighbours were told. The others are after ``GossipSettings/announceInterval``.
    /// - Parameter number: of the first announcement that somebody has not been told.
    mutating func announced(toAllBelow number: UInt64, at now: Instant) {
        forgetAnnouncements(number > firstAnnouncement ? Int(clamping: number - firstAnnouncement) : 0)
        if hasUnannounced { announcedAt = now }
        hasUnannounced = false
        announceDue = announcements.isEmpty ? .distantFuture : now + settings.announceInterval
    }

    private mutating func forgetAnnouncements(_ count: Int) {
        let count = min(max(0, count), announcements.count)
        announcements.removeFirst(count)
        firstAnnouncement &+= UInt64(count)
    }
}

extension Array {
    /// The elements in pieces of at most `length`.
    func chunks(of length: Int) -> [[Element]] {
        stride(from: 0, to: count, by: length).map { Array(self[$0..<Swift.min($0 + length, count)]) }
    }
}
