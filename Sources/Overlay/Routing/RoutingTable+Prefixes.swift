extension RoutingTable {
    /// Why a peer may not stand in a bucket, apart from want of room.
    func refusal(of peer: PeerRef, bucket: Int, peers: PeerTable) -> RoutingRefusal? {
        guard bucket < buckets.count else { return nil }
        let contact = peers[peer].contact
        guard contact.roles.contains(.server) else { return .client }
        guard !contact.addresses.isEmpty else { return .noAddress }
        for prefix in peers.prefixes(peer) where isLimited(prefix) {
            let inBucket = buckets[bucket].entries.count { peers.prefixes($0.peer).contains(prefix) }
            guard inBucket < settings.perPrefixInBucket else { return .prefixFullInBucket }
            let inTable = buckets.reduce(0) { sum, bucket in
                sum + bucket.entries.count { peers.prefixes($0.peer).contains(prefix) }
            }
            guard inTable < settings.perPrefixInTable else { return .prefixFullInTable }
        }
        return isCrowded(peers.key(peer), bucket: bucket, peers: peers) ? .crowded : nil
    }

    /// Whether as many peers of the bucket share as many bits with a key as are allowed. Of twenty random keys hardly ever more
    /// than a few do; of keys that were searched for near one place, all.
    private func isCrowded(_ key: NodeKey, bucket: Int, peers: PeerTable) -> Bool {
        (1...2).contains { level in
            let bits = bucket + 1 + settings.crowdBits * level
            let most = max(settings.perCrowd >> (level - 1), 1)
            return buckets[bucket].entries.count { peers.key($0.peer).commonPrefixLength(with: key) >= bits } >= most
        }
    }

    private func isLimited(_ prefix: AddressPrefix) -> Bool {
        prefix.scope == .global || settings.limitsLocalAddresses
    }
}
