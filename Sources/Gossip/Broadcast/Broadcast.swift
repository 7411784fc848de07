import Overlay

/// Epidemic broadcast: what was taken in since the last wake goes to the neighbours in as few frames as possible, each
/// entry once.
///
/// Entries that came by broadcast are pushed; entries that came by repair are only announced, because most neighbours
/// have them already. Only verified entries get here.
struct Broadcast: Sendable {
    /// How the neighbours hear of an entry.
    enum Manner: Hashable, Sendable {
        /// They get it at once.
        case eager
        /// They are told that it exists.
        case lazy
    }

    private struct Pending: Sendable {
        let entry: CatalogEntry
        let manner: Manner
        var knownBy: [PeerID]
    }

    private let frozenSettings: Frozen<GossipSettings>
    private var pending: [Pending] = []
    private var forwarded: TwoGenerationSet<EntryID>

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
    mutating func add(_ entry: CatalogEntry, manner: Manner, from source: PeerID?) -> Enqueueing {
        guard pending.count < settings.pendingCapacity else { return .full }
        guard forwarded.insert(entry.id) else { return .repeated }
        pending.removeAll { $0.entry.peer == entry.peer }
        pending.append(Pending(entry: entry, manner: manner, knownBy: source.map { [$0] } ?? []))
        return .enqueued
    }

    /// Remembers that a neighbour has an entry that waits, so that it is not sent to where it came from twice.
    mutating func noteKnown(_ id: EntryID, by neighbor: PeerID) {
        guard let index = pending.firstIndex(where: { $0.entry.id == id }) else { return }
        if !pending[index].knownBy.contains(neighbor) { pending[index].knownBy.append(neighbor) }
    }

    /// The messages for everything that waits, after which nothing does.
    mutating func flush(to neighbors: [PeerID], random: inout RandomSource) -> [(peer: PeerID, message: GossipMessage)]
    {
        defer { pending = [] }
        var order = neighbors
        if order.count > settings.fanOut { random.shuffle(&order) }
        var messages: [(peer: PeerID, message: GossipMessage)] = []
        for (position, neighbor) in order.prefix(settings.fanOut + settings.announced).enumerated() {
            let missing = pending.filter { !$0.knownBy.contains(neighbor) }
            let pushed = missing.filter { $0.manner == .eager && position < settings.fanOut }
            let announced = missing.filter { $0.manner == .lazy || position >= settings.fanOut }
            for frame in GossipMessage.frames(of: pushed.map(\.entry.bytes)) {
                messages.append((neighbor, .push(frame)))
            }
            for chunk in announced.map({ EntrySummary(of: $0.entry) }).chunks(of: GossipSettings.summariesPerMessage) {
                messages.append((neighbor, .have(chunk)))
            }
        }
        return messages
    }
}

extension Array {
    /// The elements in pieces of at most `length`.
    func chunks(of length: Int) -> [[Element]] {
        stride(from: 0, to: count, by: length).map { Array(self[$0..<Swift.min($0 + length, count)]) }
    }
}
