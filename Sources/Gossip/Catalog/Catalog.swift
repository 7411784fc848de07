import OrderedCollections
import Overlay

/// The table of all nodes' entries: at most one per peer, the latest wins, and nothing gets in that its peer did not
/// sign, that is over, or that belongs to another mesh.
///
/// Put in: ``accept(_:at:)`` with bytes from anywhere, ``expire(at:)`` whenever time has passed. Take out: the listed
/// entries by model, service or type, in an order that is the same on all nodes; ``snapshot`` for the disk.
public struct Catalog: Sendable {
    /// The mesh whose entries are taken.
    public let mesh: MeshID
    /// The node's own id, whose entry always finds room.
    public let owner: PeerID?
    private let frozenSettings: Frozen<GossipSettings>
    public var settings: GossipSettings { frozenSettings.value }

    var slots: [Record?] = []
    private var freeSlots: [EntryRef] = []
    private var refs: [PeerID: EntryRef] = [:]
    /// All records, in their order.
    private(set) var ranks: [Rank] = []
    /// Nil when ``GossipSettings/isIndexed`` is off; then whoever searches goes through all entries.
    private var index: CatalogIndex?
    private var endings = DeadlineQueue()
    private var memories = DeadlineQueue()
    var forgeries: TwoGenerationSet<EntryID>
    /// Entries that were good when they were checked last, here or in another node of the process.
    let verified: EntryMemory

    /// Peers whose entries are refused whatever they say: they were revoked.
    private(set) var barred: Set<PeerID> = []

    /// Entries that are listed.
    public private(set) var liveCount = 0

    /// What is kept: everything, as long as it finds room.
    public internal(set) var selection = ShardSelection.everything
    var uses = ShardUses()
    /// Hosts that the node's agents used, or that searches have found for them, the latest last: kept wherever they belong.
    var usedHosts: OrderedSet<PeerID> = []
    /// Peers that were listed and had to make room, since the last look.
    var displaced: [PeerID] = []

    /// - Parameter memory: of checked signatures; nodes of one process may share it.
    public init(
        mesh: MeshID, owner: PeerID? = nil, settings: GossipSettings = GossipSettings(), memory: EntryMemory? = nil
    ) {
        self.init(mesh: mesh, owner: owner, frozenSettings: Frozen(settings), memory: memory)
    }

    init(mesh: MeshID, owner: PeerID?, frozenSettings: Frozen<GossipSettings>, memory: EntryMemory?) {
        self.mesh = mesh
        self.owner = owner
        self.frozenSettings = frozenSettings
        forgeries = TwoGenerationSet(capacity: frozenSettings.value.forgeryMemory)
        verified = memory ?? EntryMemory(capacity: frozenSettings.value.verified)
        index = frozenSettings.value.isIndexed ? CatalogIndex() : nil
    }

    /// Peers of whom anything is known: listed, withdrawn, lapsed or only remembered.
    public var recordCount: Int { ranks.count }

    // MARK: Reading

    /// The listed entry of `peer`.
    public subscript(peer: PeerID) -> CatalogEntry? {
        refs[peer].flatMap { self[$0] }
    }

    /// The listed entry behind `ref`; nil when it is not listed any more.
    public subscript(ref: EntryRef) -> CatalogEntry? {
        if case .live(let entry) = record(ref)?.standing { entry } else { nil }
    }

    /// All listed entries.
    public var entries: [CatalogEntry] { ranks.compactMap { self[$0.ref] } }
    /// Listed entries that serve `model`, under whatever service.
    public func entries(serving model: String) -> [EntryRef] { (index ?? freshIndex).entries(serving: model) }
    /// Listed entries that offer the service of this name.
    public func entries(offering service: ServiceName) -> [EntryRef] {
        (index ?? freshIndex).entries(offering: service)
    }
    /// Listed entries that offer a service of this type.
    public func entries(of type: ServiceType) -> [EntryRef] { (index ?? freshIndex).entries(of: type) }
    /// Every model that some listed entry serves, each once, in the order of their bytes.
    public var models: [String] { (index ?? freshIndex).models }
    /// Every service name that some listed entry offers, each once, by type and name.
    public var services: [ServiceName] { (index ?? freshIndex).services }
    /// The exact bytes of everything that can be passed on, to be verified again when it is read back.
    public var snapshot: [[UInt8]] { ranks.compactMap { record($0.ref)?.entry?.bytes } }

    private var freshIndex: CatalogIndex {
        var index = CatalogIndex()
        for rank in ranks {
            if let entry = self[rank.ref] { index.insert(entry, at: rank) }
        }
        return index
    }

    func record(_ ref: EntryRef) -> Record? {
        slots.indices.contains(Int(ref.index)) ? slots[Int(ref.index)] : nil
    }

    func ref(of peer: PeerID) -> EntryRef? { refs[peer] }

    // MARK: Changing

    /// Whether a peer that is not in the table would find room, perhaps in the place of a remembered number.
    func hasRoom(for kind: EntryHeader.Kind) -> Bool {
        if kind == .live && isFull && !canNarrow { return false }
        return ranks.count < settings.recordCapacity || memories.first != nil
    }

    /// Puts an entry, which has been judged, in the place of what was known of its peer.
    mutating func store(_ standing: Record.Standing, of entry: CatalogEntry, at now: Moment) -> EntryRef {
        let settings = settings
        let known = refs[entry.peer]
        let ref = known ?? addRecord(of: entry.peer)
        let wasListed = record(ref)?.isListed ?? false
        let isRelief = wasListed && entry.kind == .tombstone
        if entry.kind == .live { slots[Int(ref.index)]?.place = entry.place }
        setStanding(standing, of: ref)
        if !isRelief { slots[Int(ref.index)]?.changes.spend(interval: settings.originInterval, at: now.instant) }
        return ref
    }

    private mutating func addRecord(of peer: PeerID) -> EntryRef {
        if ranks.count >= settings.recordCapacity { forgetOldestMemory() }
        let record = Record(
            peer: peer, key: Record.key(of: peer), standing: .remembered(sequence: 0), deadline: WallTime(seconds: 0))
        let ref: EntryRef
        if let free = freeSlots.popLast() {
            ref = free
            slots[Int(ref.index)] = record
        } else {
            ref = EntryRef(index: UInt32(slots.count))
            slots.append(record)
        }
        refs[peer] = ref
        ranks.insert(Rank(key: record.key, peer: peer, ref: ref))
        return ref
    }

    mutating func setStanding(_ standing: Record.Standing, of ref: EntryRef) {
        guard let old = record(ref) else { return }
        let rank = Rank(key: old.key, peer: old.peer, ref: ref)
        if case .live(let entry) = old.standing {
            index?.remove(entry, at: rank)
            liveCount -= 1
        }
        if case .live(let entry) = standing {
            index?.insert(entry, at: rank)
            liveCount += 1
        }
        slots[Int(ref.index)]?.standing = standing
        setDeadline(of: ref, after: old)
    }

    private mutating func setDeadline(of ref: EntryRef, after old: Record) {
        guard let record = record(ref) else { return }
        let deadline =
            switch record.standing {
            case .live(let entry): entry.expiry
            case .withdrawn(let entry), .lapsed(let entry): entry.expiry + settings.clockSkew
            case .passed(_, _, let expiry): expiry + settings.clockSkew + settings.memory
            case .remembered: old.isMemory ? old.deadline : old.deadline + settings.memory
            }
        slots[Int(ref.index)]?.deadline = deadline
        let item = DeadlineQueue.Item(deadline: deadline, ref: ref)
        if record.isMemory { memories.insert(item) } else { endings.insert(item) }
        compactQueues()
    }

    private mutating func remove(_ ref: EntryRef) {
        guard let record = record(ref) else { return }
        ranks.remove(Rank(key: record.key, peer: record.peer, ref: ref))
        refs[record.peer] = nil
        slots[Int(ref.index)] = nil
        freeSlots.append(ref)
    }

    /// Forgets all that is known of the peer of an entry, if that is later than the entry. No node does this: simulations
    /// plant it as a defect that their checks have to find.
    package mutating func forgetLater(than bytes: [UInt8]) {
        guard let header = try? EntryHeader(decoding: bytes), let ref = refs[header.peer],
            let known = record(ref), known.sequence > header.sequence
        else { return }
        setStanding(.remembered(sequence: 0), of: ref)
        remove(ref)
        dropOvertaken()
    }

    /// Forgets what is known of peers and takes no entry of them any more; `barred` replaces the set of those that were
    /// barred before.
    /// - Returns: those that were listed.
    mutating func bar(_ barred: Set<PeerID>) -> [CatalogChange] {
        var changes: [CatalogChange] = []
        for rank in ranks where barred.contains(rank.peer) {
            if record(rank.ref)?.isListed == true { changes.append(.removed(rank.peer)) }
            setStanding(.remembered(sequence: 0), of: rank.ref)
            remove(rank.ref)
        }
        self.barred = barred
        dropOvertaken()
        return changes
    }

    // MARK: Time

    /// The next moment at which ``expire(at:)`` has something to do; nil while nothing is known of anybody.
    public var nextExpiry: WallTime? {
        [endings.first?.deadline, memories.first?.deadline].compactMap { $0 }.min()
    }

    /// Ends what is over at `now`.
    /// - Returns: the peers that are not listed any more.
    public mutating func expire(at now: WallTime) -> [CatalogChange] {
        var changes: [CatalogChange] = []
        while let first = endings.first, first.deadline <= now {
            endings.removeFirst()
            guard let record = current(first), !record.isMemory else { continue }
            if case .live(let entry) = record.standing {
                changes.append(.removed(record.peer))
                setStanding(.lapsed(entry), of: first.ref)
            } else {
                setStanding(.remembered(sequence: record.sequence), of: first.ref)
            }
        }
        while let first = memories.first, first.deadline <= now { forget(first) }
        dropOvertaken()
        return changes
    }

    /// The record that an item of a queue is about, unless it was overtaken.
    private func current(_ item: DeadlineQueue.Item) -> Record? {
        guard let record = record(item.ref), record.deadline == item.deadline else { return nil }
        return record
    }

    private mutating func forgetOldestMemory() {
        while let first = memories.first, ranks.count >= settings.recordCapacity { forget(first) }
        dropOvertaken()
    }

    private mutating func forget(_ item: DeadlineQueue.Item) {
        memories.removeFirst()
        if let record = current(item), record.isMemory { remove(item.ref) }
    }

    /// Keeps the tops of the queues truthful, so that ``hasRoom(for:)`` and ``nextExpiry`` can trust them.
    mutating func dropOvertaken() {
        while let first = endings.first, current(first).map(\.isMemory) ?? true { endings.removeFirst() }
        while let first = memories.first, !(current(first)?.isMemory ?? false) { memories.removeFirst() }
    }

    private mutating func compactQueues() {
        let bound = 2 * ranks.count + 64
        let slots = slots
        if endings.count > bound {
            endings.compact { item in
                slots[Int(item.ref.index)].map { !$0.isMemory && $0.deadline == item.deadline } ?? false
            }
        }
        if memories.count > bound {
            memories.compact { item in
                slots[Int(item.ref.index)].map { $0.isMemory && $0.deadline == item.deadline } ?? false
            }
        }
        dropOvertaken()
    }
}
