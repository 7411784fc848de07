/// The peers that a node can start a search from: Kademlia's k-buckets over 256-bit keys.
///
/// Bucket `i` holds peers whose keys share exactly `i` leading bits with the node's own. A peer enters only after it
/// answered something (the caller's duty), and a full bucket never drops a live peer for a new one, so the table cannot
/// be flushed by whoever talks most. Entries are handles into a ``PeerTable``, which every method that needs keys or
/// addresses takes as an argument; the table retains what it holds and releases what it drops.
public struct RoutingTable: Sendable {
    /// The node's own key.
    public let own: NodeKey
    public let settings: RoutingSettings
    /// Peers in buckets, without those that wait for a place.
    public private(set) var count = 0
    /// Grown to the deepest bucket in use.
    var buckets: [RoutingBucket] = []
    /// No entry is due for a check before this; may be early, never late.
    var soonestCheck = Instant.distantFuture

    public init(own: NodeKey, settings: RoutingSettings = RoutingSettings()) {
        precondition(settings.bucketSize > 0, "buckets hold at least one peer")
        self.own = own
        self.settings = settings
    }

    public var isEmpty: Bool { count == 0 }

    /// The bucket of a key; nil for the node's own.
    public func bucket(of key: NodeKey) -> Int? {
        let shared = own.commonPrefixLength(with: key)
        return shared < NodeKey.bitCount ? shared : nil
    }

    /// One more than the index of the deepest bucket that holds a peer.
    public var depth: Int { (buckets.lastIndex { !$0.entries.isEmpty } ?? -1) + 1 }

    /// Whether a bucket has a free place.
    public func hasRoom(inBucket index: Int) -> Bool {
        index >= buckets.count || buckets[index].entries.count < settings.bucketSize
    }

    /// The peers of one bucket, the longest unheard of first.
    public func entries(inBucket index: Int) -> [RoutingEntry] {
        buckets.indices.contains(index) ? buckets[index].entries : []
    }

    /// Every peer in a bucket, from the farthest bucket to the nearest.
    public var entries: [RoutingEntry] { buckets.flatMap(\.entries) }

    /// What is known of a peer that is in a bucket.
    public func entry(_ peer: PeerRef, peers: PeerTable) -> RoutingEntry? {
        guard let (bucket, index) = place(of: peer, peers: peers) else { return nil }
        return buckets[bucket].entries[index]
    }

    /// Offers a peer that has just answered.
    public mutating func insert(
        _ peer: PeerRef, roundTrip: TimeSpan, at now: Instant, peers: inout PeerTable
    ) -> InsertOutcome {
        guard let index = bucket(of: peers.key(peer)) else { return .refused(.ownKey) }
        grow(to: index)
        guard !markAlive(peer, roundTrip: roundTrip, at: now, peers: peers) else { return .updated }
        if let refusal = refusal(of: peer, bucket: index, peers: peers) { return .refused(refusal) }
        let entry = RoutingEntry(peer: peer, roundTrip: roundTrip, at: now)
        guard buckets[index].entries.count >= settings.bucketSize else {
            peers.retain(peer)
            stopWaiting(peer, bucket: index, peers: &peers)
            append(entry, bucket: index)
            return .inserted
        }
        wait(entry, bucket: index, peers: &peers)
        return overflow(bucket: index, at: now)
    }

    /// Notes an answer. False when the peer is not in a bucket.
    @discardableResult
    public mutating func markAlive(
        _ peer: PeerRef, roundTrip: TimeSpan, at now: Instant, peers: PeerTable
    ) -> Bool {
        guard let (bucket, index) = place(of: peer, peers: peers) else { return false }
        var entry = buckets[bucket].entries.remove(at: index)
        entry.answered(roundTrip: roundTrip, at: now)
        buckets[bucket].entries.append(entry)
        return true
    }

    /// Notes that a check of a peer began.
    mutating func markTried(_ peer: PeerRef, at now: Instant, peers: PeerTable) {
        guard let (bucket, index) = place(of: peer, peers: peers) else { return }
        buckets[bucket].entries[index].tried(at: now)
    }

    /// Notes that a peer did not answer.
    public mutating func markFailed(_ peer: PeerRef, at now: Instant, peers: inout PeerTable) -> FailureOutcome {
        guard let (bucket, index) = place(of: peer, peers: peers) else {
            if let bucket = self.bucket(of: peers.key(peer)) { stopWaiting(peer, bucket: bucket, peers: &peers) }
            return .unknown
        }
        buckets[bucket].entries[index].failed(at: now)
        let entry = buckets[bucket].entries[index]
        soonestCheck = min(soonestCheck, entry.nextCheck(settings))
        let somebodyWaits = !buckets[bucket].waiting.isEmpty
        let limit = somebodyWaits ? settings.failuresWithReplacement : settings.failuresAlone
        guard entry.failures >= limit else { return .suspected }
        return .evicted(promoted: remove(at: index, bucket: bucket, peers: &peers))
    }

    /// Takes a peer out, whatever its state; for one that withdrew or whose record changed its addresses.
    public mutating func remove(_ peer: PeerRef, peers: inout PeerTable) -> FailureOutcome {
        guard let (bucket, index) = place(of: peer, peers: peers) else {
            if let bucket = self.bucket(of: peers.key(peer)) { stopWaiting(peer, bucket: bucket, peers: &peers) }
            return .unknown
        }
        return .evicted(promoted: remove(at: index, bucket: bucket, peers: &peers))
    }

    private func place(of peer: PeerRef, peers: PeerTable) -> (bucket: Int, index: Int)? {
        guard let bucket = bucket(of: peers.key(peer)), bucket < buckets.count else { return nil }
        return buckets[bucket].index(of: peer).map { (bucket, $0) }
    }

    private mutating func grow(to index: Int) {
        while buckets.count <= index { buckets.append(RoutingBucket()) }
    }

    private mutating func append(_ entry: RoutingEntry, bucket: Int) {
        buckets[bucket].entries.append(entry)
        soonestCheck = min(soonestCheck, entry.nextCheck(settings))
        count += 1
    }

    private mutating func remove(at index: Int, bucket: Int, peers: inout PeerTable) -> PeerRef? {
        let removed = buckets[bucket].entries.remove(at: index)
        count -= 1
        defer { peers.release(removed.peer) }
        return promote(bucket: bucket, peers: peers)
    }

    /// The place of the waiting peer passes from one list to the other, and so does what it holds.
    private mutating func promote(bucket: Int, peers: PeerTable) -> PeerRef? {
        let chosen = buckets[bucket].preferredWaiting { refusal(of: $0, bucket: bucket, peers: peers) == nil }
        guard let chosen else { return nil }
        let entry = buckets[bucket].waiting.remove(at: chosen)
        append(entry, bucket: bucket)
        return entry.peer
    }

    private mutating func wait(_ entry: RoutingEntry, bucket: Int, peers: inout PeerTable) {
        guard settings.replacements > 0 else { return }
        // Nobody else may hold a peer that has waited until now.
        peers.retain(entry.peer)
        stopWaiting(entry.peer, bucket: bucket, peers: &peers)
        if buckets[bucket].waiting.count >= settings.replacements {
            peers.release(buckets[bucket].waiting.removeFirst().peer)
        }
        buckets[bucket].waiting.append(entry)
    }

    private mutating func stopWaiting(_ peer: PeerRef, bucket: Int, peers: inout PeerTable) {
        guard bucket < buckets.count, let index = buckets[bucket].waiting.firstIndex(where: { $0.peer == peer })
        else { return }
        buckets[bucket].waiting.remove(at: index)
        peers.release(peer)
    }

    private mutating func overflow(bucket: Int, at now: Instant) -> InsertOutcome {
        guard let oldest = buckets[bucket].entries.indices.first else { return .cached }
        let entry = buckets[bucket].entries[oldest]
        guard now.since(entry.lastTried) >= settings.checkInterval else { return .cached }
        buckets[bucket].entries[oldest].tried(at: now)
        return .full(check: entry.peer)
    }
}
