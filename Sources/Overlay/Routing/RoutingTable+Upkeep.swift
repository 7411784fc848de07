extension RoutingTable {
    /// The peer that is longest overdue for a check, or when to ask again.
    ///
    /// Checks have their own schedule and are never triggered by what others send, so nobody can make a node question
    /// its good peers. The peer returned counts as tried from now on.
    public mutating func nextCheck(at now: Instant) -> RoutingCheck {
        guard soonestCheck <= now else { return .wait(until: soonestCheck) }
        var due: (bucket: Int, index: Int)?
        var first = Instant.distantFuture
        var second = Instant.distantFuture
        for bucket in buckets.indices {
            for index in buckets[bucket].entries.indices {
                let time = buckets[bucket].entries[index].nextCheck(settings)
                if time < first {
                    (second, first, due) = (first, time, (bucket, index))
                } else {
                    second = min(second, time)
                }
            }
        }
        guard let due, first <= now else {
            soonestCheck = first
            return .wait(until: first)
        }
        buckets[due.bucket].entries[due.index].tried(at: now)
        let entry = buckets[due.bucket].entries[due.index]
        soonestCheck = min(second, entry.nextCheck(settings))
        return .check(entry.peer)
    }

    /// A random key in a bucket's range: shares exactly `bucket` leading bits with the node's own key.
    /// - Precondition: `bucket` is below 256.
    public func refreshTarget(bucket: Int, random: inout RandomSource) -> NodeKey {
        precondition((0..<NodeKey.bitCount).contains(bucket), "no key lies in bucket \(bucket)")
        var bytes = own.bytes.array
        let noise = random.bytes(bytes.count)
        for bit in bucket..<NodeKey.bitCount {
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            let differs = bit == bucket || noise[bit / 8] & mask != 0
            if differs { bytes[bit / 8] ^= mask }
        }
        return Bytes32(bytes).map(NodeKey.init(bytes:)) ?? own
    }

    /// How many nodes the network has, this one included, judged from how near the nearest peers are.
    ///
    /// The i-th nearest of N uniformly random keys lies at i/(N+1) of the keyspace on average; the fit over the k
    /// nearest is the least-squares line through zero. A table with fewer than k peers is taken for the whole network.
    public func estimatedNetworkSize(peers: PeerTable) -> Int {
        guard count >= settings.bucketSize else { return count + 1 }
        let nearest = closest(to: own, count: settings.bucketSize, peers: peers)
        guard let size = NetworkSize.size(nearest.map { peers.key($0).distance(to: own) }) else { return count + 1 }
        return size < 1e15 ? max(count + 1, Int(size)) : Int(1e15)
    }
}
