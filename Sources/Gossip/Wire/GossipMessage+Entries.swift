extension GossipMessage {
    /// Entries in messages for a neighbour that knows these dictionaries.
    static func pushes(of entries: [CatalogEntry], readable: [EntryDictionary]) -> [GossipMessage] {
        frames(of: entries, length: \.bytes.count).map { frame in
            packed(frame, readable: readable).map(GossipMessage.packedPush) ?? .push(frame.map(\.bytes))
        }
    }

    /// Entries that leave the tree, in messages for a neighbour that knows these dictionaries, or none.
    static func widePushes(of entries: [CatalogEntry], readable: [EntryDictionary]) -> [GossipMessage] {
        frames(of: entries, length: \.bytes.count).map { frame in
            .widePush(frame.map { PackedEntry($0, readable: readable) })
        }
    }

    /// The answer to a question for entries, which ends with a last message, be it with nothing in it.
    static func supplies(
        of entries: [CatalogEntry], request: UInt32, readable: [EntryDictionary]
    ) -> [GossipMessage] {
        let frames = frames(of: entries, length: \.bytes.count)
        guard !frames.isEmpty else { return [.supply(request: request, isLast: true, entries: [])] }
        return frames.indices.map { index in
            let isLast = index == frames.count - 1
            guard let packed = packed(frames[index], readable: readable) else {
                return .supply(request: request, isLast: isLast, entries: frames[index].map(\.bytes))
            }
            return .packedSupply(request: request, isLast: isLast, entries: packed)
        }
    }

    /// Nil when none of the entries has a compact form that the neighbour can read: then nothing would be gained.
    private static func packed(_ entries: [CatalogEntry], readable: [EntryDictionary]) -> [PackedEntry]? {
        guard !readable.isEmpty else { return nil }
        let packed = entries.map { PackedEntry($0, readable: readable) }
        return packed.contains(where: \.isCompact) ? packed : nil
    }
}
