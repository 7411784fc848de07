import OrderedCollections
import Overlay

/// How long each of some entries took to each node, so that it can be said when nearly all had it.
///
/// Those are followed that are published while the users of the plan change what they offer: what is published while nodes are
/// joining, or after everything that went wrong has ended, says nothing about how fast an entry travels.
struct SpreadTimes: Sendable {
    /// Entries that are followed at most, the first ones: 8 MB.
    static let mostEntries = 2_048

    struct Key: Hashable, Sendable {
        let publisher: NodeIndex
        let sequence: UInt64
    }

    struct Entry: Sendable {
        let publisher: NodeIndex
        let time: VirtualTime
        /// Of nodes other than its publisher, in microseconds.
        var arrivals = Histogram(name: "arrivals")
    }

    private let start: VirtualTime
    private let end: VirtualTime
    private var followed: OrderedDictionary<Key, Entry> = [:]

    /// - Parameter period: when entries are published that are followed.
    init(_ period: Range<VirtualTime>) { (start, end) = (period.lowerBound, period.upperBound) }

    var entries: OrderedDictionary<Key, Entry>.Values { followed.values }

    mutating func note(_ publication: Publication) {
        guard let sequence = publication.sequence, publication.time >= start, publication.time < end,
            followed.count < Self.mostEntries
        else { return }
        let key = Key(publisher: publication.publisher, sequence: sequence)
        guard followed[key] == nil else { return }
        followed[key] = Entry(publisher: publication.publisher, time: publication.time)
    }

    /// A node that had joined when the entry was published lists it for the first time.
    mutating func arrived(_ sequence: UInt64, of publisher: NodeIndex, afterMicroseconds span: UInt64) {
        followed[Key(publisher: publisher, sequence: sequence)]?.arrivals.note(span)
    }

    /// Both know the same publications; each knows other nodes.
    mutating func merge(_ other: SpreadTimes) {
        for (key, theirs) in other.followed {
            guard followed[key] != nil else {
                followed[key] = theirs
                continue
            }
            followed[key]?.arrivals.merge(theirs.arrivals)
        }
    }
}

extension Plan {
    /// When users change what they offer; empty, if nobody does.
    var updatePeriod: Range<VirtualTime> {
        let updates = workloads.filter { $0.kind == .update }
        guard let start = updates.map(\.start).min(), let end = updates.map(\.end).max(), start < end else {
            return .zero ..< .zero
        }
        return .zero + start ..< .zero + end
    }
}
