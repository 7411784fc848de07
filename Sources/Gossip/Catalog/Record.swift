import Overlay

/// All that the catalog knows of one peer.
struct Record: Sendable {
    enum Standing: Sendable {
        /// Listed, until the entry's expiry.
        case live(CatalogEntry)
        /// The peer offers nothing; its tombstone keeps older entries out.
        case withdrawn(CatalogEntry)
        /// Over by this node's clock but perhaps not by others': passed on when asked for, not listed.
        case lapsed(CatalogEntry)
        /// Over by every clock; the number keeps older entries with a longer life from coming back.
        case remembered(sequence: UInt64)
        /// Good, and passed on, but outside of what this node keeps; the number keeps older entries out, too.
        case passed(sequence: UInt64, fingerprint: UInt32, expiry: WallTime)

        /// Of an entry that is not kept, or no more.
        static func passed(_ entry: CatalogEntry) -> Standing {
            .passed(sequence: entry.sequence, fingerprint: entry.id.fingerprint, expiry: entry.expiry)
        }
    }

    let peer: PeerID
    /// Position in the table: the first eight bytes of the peer's key in the overlay.
    let key: UInt64
    var standing: Standing
    /// When the standing ends.
    var deadline: WallTime
    /// Where the peer's last live entry belongs when catalogs are divided.
    var place = EntryPlace.nowhere
    /// How often the peer changes its entry.
    var changes = RateLimit()

    /// What can be passed on.
    var entry: CatalogEntry? {
        switch standing {
        case .live(let entry), .withdrawn(let entry), .lapsed(let entry): entry
        case .remembered, .passed: nil
        }
    }

    /// What the peer said last, as far as its entry is known or was; nil when only a number is.
    var summary: EntrySummary? {
        switch standing {
        case .live(let entry), .withdrawn(let entry), .lapsed(let entry): EntrySummary(of: entry)
        case .passed(let sequence, let fingerprint, _):
            EntrySummary(key: key, sequence: sequence, fingerprint: fingerprint)
        case .remembered: nil
        }
    }

    var isListed: Bool {
        if case .live = standing { true } else { false }
    }

    /// No entry, only its number.
    var isMemory: Bool { entry == nil }

    var sequence: UInt64 {
        switch standing {
        case .live(let entry), .withdrawn(let entry), .lapsed(let entry): entry.sequence
        case .remembered(let sequence), .passed(let sequence, _, _): sequence
        }
    }

    static func key(of peer: PeerID) -> UInt64 { NodeKey(peer).bytes.bigEndianWords.0 }
}

/// A record's place in the order of the table, which is the same on all nodes.
struct Rank: Hashable, Comparable, Sendable {
    let key: UInt64
    let peer: PeerID
    let ref: EntryRef

    static func < (left: Rank, right: Rank) -> Bool {
        left.key == right.key ? left.peer < right.peer : left.key < right.key
    }
}

extension [Rank] {
    /// Does nothing when the rank is there already.
    mutating func insert(_ rank: Rank) {
        let index = partitionPoint { !($0 < rank) }
        guard index == count || self[index] != rank else { return }
        insert(rank, at: index)
    }

    mutating func remove(_ rank: Rank) {
        let index = partitionPoint { !($0 < rank) }
        guard index < count, self[index] == rank else { return }
        remove(at: index)
    }
}
