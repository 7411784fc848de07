/// A handle for the record of one peer in one ``Catalog``; four bytes instead of an entry. Stays the same while the
/// peer changes its entry, and may be used again for another peer once the record is gone.
public struct EntryRef: Hashable, Sendable {
    let index: UInt32
}
