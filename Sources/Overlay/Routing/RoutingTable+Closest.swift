extension RoutingTable {
    /// The `count` peers nearest to `target` among those that `isWanted` accepts, nearest first.
    ///
    /// Exact. Keys in the target's own bucket are nearer to it than all in deeper buckets, which share one more bit with
    /// this node and so one less with the target; those in turn are nearer than any shallower bucket, and shallower
    /// buckets follow from deep to shallow. So whole groups are taken in that order and only the last one taken is cut.
    public func closest(
        to target: NodeKey, count wanted: Int, peers: PeerTable, where isWanted: (RoutingEntry) -> Bool = { _ in true }
    ) -> [PeerRef] {
        guard wanted > 0 else { return [] }
        let home = min(own.commonPrefixLength(with: target), buckets.count)
        var found: [PeerRef] = []
        appendNearest(of: home..<min(home + 1, buckets.count), to: target, wanted, peers, isWanted, into: &found)
        appendNearest(
            of: min(home + 1, buckets.count)..<buckets.count, to: target, wanted, peers, isWanted, into: &found)
        for index in stride(from: home - 1, through: 0, by: -1) where found.count < wanted {
            appendNearest(of: index..<index + 1, to: target, wanted, peers, isWanted, into: &found)
        }
        return found
    }

    private func appendNearest(
        of group: Range<Int>, to target: NodeKey, _ wanted: Int, _ peers: PeerTable,
        _ isWanted: (RoutingEntry) -> Bool, into found: inout [PeerRef]
    ) {
        guard found.count < wanted else { return }
        var ranked: [(distance: NodeKey.Distance, peer: PeerRef)] = []
        for bucket in buckets[group] {
            for entry in bucket.entries where isWanted(entry) {
                ranked.append((peers.key(entry.peer).distance(to: target), entry.peer))
            }
        }
        ranked.sort { $0.distance < $1.distance }
        found += ranked.prefix(wanted - found.count).map(\.peer)
    }
}
