/// Every contact that anything in this process refers to, once, however many tables refer to it.
///
/// Slots are counted: ``intern(_:)`` and ``retain(_:)`` add a holder, ``release(_:)`` takes one away, and the last one
/// frees the slot. The table is bounded; when it is full a new contact is refused, because everything in it is held by
/// somebody and those holders are bounded themselves.
public struct PeerTable: Sendable {
    private struct Slot: Sendable {
        var record: ContactRecord
        var holders: UInt32
        var generation: UInt8
    }

    /// The most contacts held at a time.
    public let capacity: Int
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var refs: [PeerID: PeerRef] = [:]

    /// - Precondition: `capacity` is between 1 and ``PeerRef/capacity``.
    public init(capacity: Int) {
        precondition((1...PeerRef.capacity).contains(capacity), "a peer table of \(capacity) contacts")
        self.capacity = capacity
    }

    /// Contacts held now.
    public var count: Int { refs.count }

    /// The handle of a node whose contact is held; adds no holder.
    public func ref(of peer: PeerID) -> PeerRef? { refs[peer] }

    /// The contact of a node when it is held.
    public func record(of peer: PeerID) -> ContactRecord? { refs[peer].map { self[$0] } }

    /// - Precondition: the handle is held.
    public subscript(ref: PeerRef) -> ContactRecord { slots[checked(ref)].record }

    /// The node's place in the keyspace.
    public func key(_ ref: PeerRef) -> NodeKey { slots[checked(ref)].record.key }

    /// The network prefixes that the contact's addresses lie in, each once.
    func prefixes(_ ref: PeerRef) -> [AddressPrefix] { slots[checked(ref)].record.prefixes }

    /// Holds `record`, or what is held of its node already, once more for the caller.
    ///
    /// The newer of the two records stays. Nil when the table is full.
    public mutating func intern(_ record: ContactRecord) -> PeerRef? {
        if let ref = refs[record.peer] {
            replace(ref, with: record)
            retain(ref)
            return ref
        }
        guard refs.count < capacity else { return nil }
        let ref = place(record)
        refs[record.peer] = ref
        return ref
    }

    /// Counts one more holder of a contact.
    public mutating func retain(_ ref: PeerRef) {
        slots[checked(ref)].holders += 1
    }

    /// Counts one holder less; a contact without holders is forgotten and its reference reused.
    public mutating func release(_ ref: PeerRef) {
        let index = checked(ref)
        slots[index].holders -= 1
        guard slots[index].holders == 0 else { return }
        refs[slots[index].record.peer] = nil
        slots[index].generation &+= 1
        free.append(index)
    }

    private mutating func replace(_ ref: PeerRef, with record: ContactRecord) {
        let index = checked(ref)
        guard record.isNewer(than: slots[index].record) else { return }
        slots[index].record = record
    }

    private mutating func place(_ record: ContactRecord) -> PeerRef {
        guard let index = free.popLast() else {
            slots.append(Slot(record: record, holders: 1, generation: 0))
            return PeerRef(index: slots.count - 1, generation: 0)
        }
        let generation = slots[index].generation
        slots[index] = Slot(record: record, holders: 1, generation: generation)
        return PeerRef(index: index, generation: generation)
    }

    private func checked(_ ref: PeerRef) -> Int {
        let index = ref.index
        precondition(
            index < slots.count && slots[index].generation == ref.generation && slots[index].holders > 0,
            "peer handle \(index).\(ref.generation) is not held")
        return index
    }
}
