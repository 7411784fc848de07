extension RoutingTable {
    /// Why a peer may not stand in a bucket, apart from want of room.
    func refusal(of peer: PeerRef, bucket: Int, peers: PeerTable) -> RoutingRefusal? {
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
        return nil
    }

    private func isLimited(_ prefix: AddressPrefix) -> Bool {
        prefix.scope == .global || settings.limitsLocalAddresses
    }
}
