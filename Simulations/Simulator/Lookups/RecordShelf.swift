import Overlay

/// The contact records of a ``KeySpace``, each signed when it is first needed.
struct RecordShelf: Sendable {
    private var records: [ContactRecord?]
    private var places: [PeerID: Int] = [:]
    /// One checks the signatures for all.
    let memory: ContactMemory

    init(nodes: Int) {
        records = Array(repeating: nil, count: nodes)
        memory = ContactMemory(capacity: nodes * 4)
    }

    /// Nil when it cannot be signed, which no drawn node's can.
    mutating func record(_ place: Int, in space: KeySpace) -> ContactRecord? {
        if let record = records[place] { return record }
        guard let record = space.record(place) else { return nil }
        records[place] = record
        places[record.peer] = place
        memory.insert(record, for: record.peer)
        return record
    }

    /// Where a node stands whose record was needed before.
    func place(of peer: PeerID) -> Int? { places[peer] }
}
