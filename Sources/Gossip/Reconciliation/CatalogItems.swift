import Overlay

/// Everything in a catalog that can be passed on, as items of one comparison. Made when the comparison begins, because it is
/// 44 bytes an entry and the ids are good for nothing else; a reference, so that whoever holds none pays one word.
final class CatalogItems: Sendable {
    let vector: ItemVector
    /// The entries behind the items, in the same order.
    private let refs: [EntryRef]

    fileprivate init(_ ascending: [(item: ReconciliationItem, ref: EntryRef)]) {
        vector = ItemVector(ascending: ascending.map(\.item))
        refs = ascending.map(\.ref)
    }

    /// How an id is named where 64 bits are enough: nobody can aim at salted ids.
    static func shortID(_ id: Bytes32) -> UInt64 { id.bigEndianWords.0 }

    /// What the catalog has now for the items with these short ids, in the order of the items.
    func summaries(of ids: [UInt64], in catalog: Catalog) -> [EntrySummary] {
        guard !ids.isEmpty else { return [] }
        let wanted = Set(ids)
        return vector.items.indices.compactMap { index in
            guard wanted.contains(Self.shortID(vector.items[index].id)) else { return nil }
            return catalog.record(refs[index])?.entry.map { EntrySummary(of: $0) }
        }
    }
}

extension Catalog {
    /// The items of a comparison with this salt: what of the catalog is in the selection. Their timestamps are the times of issue in milliseconds, by which what is
    /// new lies together at the end and hardly two entries share one.
    func items(of selection: ShardSelection = .everything, salt: UInt32) -> CatalogItems {
        let salt = ItemSalt(salt)
        var items: [(item: ReconciliationItem, ref: EntryRef)] = []
        items.reserveCapacity(ranks.count)
        for rank in ranks {
            guard let record = record(rank.ref), let entry = record.entry, selection.contains(record.place),
                entry.header.issuedAt.milliseconds < .max
            else { continue }
            let id = salt.id(of: entry.digest)
            items.append((ReconciliationItem(timestamp: entry.header.issuedAt.milliseconds, id: id), rank.ref))
        }
        return CatalogItems(items.sorted { $0.item < $1.item })
    }
}
