/// What the catalog did with an entry.
public enum Acceptance: Hashable, Sendable {
    /// A live entry of a peer that was not listed; pass it on.
    case new(EntryRef)
    /// A live entry in place of an older one of the peer; pass it on.
    case replaced(EntryRef)
    /// A tombstone, or an entry that is over by this node's clock but perhaps not by others'; pass it on. The peer is not
    /// listed now; `wasListed` says whether it was.
    case withdrawn(EntryRef, wasListed: Bool)
    /// A good entry outside of what this node keeps; pass it on. The peer is not listed now; `wasListed` says whether it was.
    case passed(CatalogEntry, wasListed: Bool)
    /// The very entry that the catalog has; nothing changed.
    case duplicate(EntryRef)
    case refused(Refusal)

    /// The record, when the entry was taken and kept now.
    public var accepted: EntryRef? {
        switch self {
        case .new(let ref), .replaced(let ref), .withdrawn(let ref, _): ref
        case .passed, .duplicate, .refused: nil
        }
    }
}
