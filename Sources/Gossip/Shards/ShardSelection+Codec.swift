import Overlay

//   selection: shards u64, those of them that are sampled u64, then for each of these, in ascending order, its depth u8
extension ShardSelection {
    func write(to writer: inout Writer) {
        let sampled = sampled
        writer.uint64(shards.bits)
        writer.uint64(sampled.bits)
        for shard in sampled.shards { writer.uint8(depth(of: shard)) }
    }

    /// - Throws: ``MalformedMessage/selection`` for what no node says.
    init(reading reader: inout Reader) throws {
        self = .nothing
        let shards = ShardSet(bits: try reader.uint64())
        let sampled = ShardSet(bits: try reader.uint64())
        guard sampled.isSubset(of: shards) else { throw MalformedMessage.selection }
        for shard in shards.shards { keep(shard) }
        for shard in sampled.shards {
            let depth = try reader.uint8()
            guard (1...Self.deepest).contains(depth) else { throw MalformedMessage.selection }
            keep(shard, depth: depth)
        }
    }
}
