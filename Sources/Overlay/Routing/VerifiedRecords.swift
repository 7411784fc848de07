import OrderedCollections

/// Records whose signature was lately found right, of peers that nothing else holds: the same contacts come again in
/// answer after answer, and checking a signature costs a hundred times what comparing bytes does.
///
/// Bounded; the one that was added first is forgotten first.
struct VerifiedRecords: Sendable {
    private let capacity: Int
    private var records: OrderedDictionary<PeerID, ContactRecord> = [:]

    init(capacity: Int) {
        self.capacity = capacity
    }

    subscript(peer: PeerID) -> ContactRecord? { records[peer] }

    mutating func insert(_ record: ContactRecord) {
        guard capacity > 0 else { return }
        if records[record.peer] == nil, records.count >= capacity { records.removeFirst() }
        records[record.peer] = record
    }
}
