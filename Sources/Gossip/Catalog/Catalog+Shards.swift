import Overlay

// A catalog that is too small for its mesh: of a shard that alone takes up a large part of it a sample is kept. Otherwise it drops
// shards that nobody here uses, those first that are farthest from the node's own. What is not kept is judged and passed on all the
// same.
extension Catalog {
    /// Whether some entries are not kept.
    public var isPartial: Bool { selection != .everything }

    /// Good entries of peers that are outside of what is kept, as far as their numbers are remembered.
    public func passedCount(at now: WallTime) -> Int { ranks.count { isPassed($0, at: now) } }

    var isFull: Bool { liveCount >= settings.liveCapacity }

    /// The shard of the node's own key, which is dropped last.
    private var home: ServiceShard? { owner.map(ServiceShard.init(of:)) }

    /// Shards that are not dropped: the node's own, those of its services, and those that its agents used lately.
    private func interest(at now: Instant) -> ShardSet {
        let own = home.map(ShardSet.init) ?? .none
        let offered = owner.flatMap { self[$0] }?.place.shards ?? .none
        return own.union(offered).union(uses.current(life: settings.shardUseLife, at: now))
    }

    func keeps(_ entry: CatalogEntry) -> Bool {
        guard isPartial && entry.peer != owner && !usedHosts.contains(entry.peer) else { return true }
        return selection.contains(entry.kind == .live ? entry.place : place(of: entry.peer))
    }

    /// Of the last live entry of a peer.
    private func place(of peer: PeerID) -> EntryPlace { ref(of: peer).flatMap { record($0) }?.place ?? .nowhere }

    // MARK: Narrowing

    /// Whether less could be kept.
    var canNarrow: Bool {
        selection.shards.count > 1
            || selection.shards.shards.contains { selection.depth(of: $0) < ShardSelection.deepest }
    }

    /// Keeps less until there is room for one more live entry, or until nothing less can be kept.
    mutating func makeRoom(at now: Instant) {
        while isFull, canNarrow {
            let largest = largestShard
            let isHot = largest.map { $0.size > settings.liveCapacity / 4 } ?? false
            if !isHot, let farthest = dispensableShard(at: now) {
                selection.drop(farthest)
            } else if let largest {
                selection.keep(largest.shard, depth: selection.depth(of: largest.shard) + 1)
            } else {
                return
            }
            displace()
        }
    }

    /// The farthest of the kept shards that nobody here uses; the last one is not dispensable.
    private func dispensableShard(at now: Instant) -> ServiceShard? {
        guard selection.shards.count > 1 else { return nil }
        return selection.shards.subtracting(interest(at: now)).shards.max { distance(to: $0) < distance(to: $1) }
    }

    private func distance(to shard: ServiceShard) -> UInt8 { home.map { shard.distance(to: $0) } ?? shard.number }

    /// The kept shard with the most listed entries, among those of which less could be kept.
    private var largestShard: (shard: ServiceShard, size: Int)? {
        let sizes = sizes { record($0.ref)?.isListed == true }
        return selection.shards.shards.filter { selection.depth(of: $0) < ShardSelection.deepest }
            .map { (shard: $0, size: sizes[Int($0.number)]) }.max { $0.size < $1.size }
    }

    /// How many of the records that `counts` counts each shard has.
    private func sizes(where counts: (Rank) -> Bool) -> [Int] {
        var sizes = Array(repeating: 0, count: Int(ServiceShard.count))
        for rank in ranks where counts(rank) {
            for shard in record(rank.ref)?.place.shards.shards ?? [] { sizes[Int(shard.number)] += 1 }
        }
        return sizes
    }

    /// Lets go of what is outside of the selection; the numbers stay.
    private mutating func displace() {
        for rank in ranks {
            guard let record = record(rank.ref), let entry = record.entry, record.peer != owner,
                !selection.contains(record.place), !usedHosts.contains(record.peer)
            else { continue }
            if record.isListed { displaced.append(record.peer) }
            setStanding(.passed(entry), of: rank.ref)
        }
        dropOvertaken()
    }

    /// Peers that were listed and had to make room since this was asked last.
    mutating func takeDisplaced() -> [PeerID] {
        defer { displaced = [] }
        return displaced
    }

    // MARK: Widening

    /// Notes that an agent of this node asked a host for a service.
    /// - Returns: whether its shard is kept only from now on, so that its entries are still to be had from others.
    mutating func use(_ service: ServiceName, of host: PeerID, at now: Instant) -> Bool {
        keep(host)
        let shard = ServiceShard(of: service)
        uses.note(shard, capacity: settings.shardUses, at: now)
        guard !selection.shards.contains(shard) else { return false }
        widen(by: shard, depth: 0)
        return true
    }

    /// Keeps what a host announces, wherever it belongs, until `settings.usedHosts` others were used.
    mutating func keep(_ host: PeerID) {
        usedHosts.remove(host)
        usedHosts.append(host)
        usedHosts.removeFirst(max(0, usedHosts.count - settings.usedHosts))
        ref(of: host).map { wantAgain($0) }
    }

    /// Keeps one shard more, or twice as much of one, when its entries find room easily.
    /// - Returns: whether it does.
    mutating func widen(at now: WallTime) -> Bool {
        // With a full table nobody can tell how many entries there are.
        guard isPartial, ranks.count < settings.recordCapacity else { return false }
        let room = settings.liveCapacity / 4 * 3 - liveCount
        if let sampled = selection.sampled.shards.first {
            let depth = selection.depth(of: sampled)
            let listed = sizes { record($0.ref)?.isListed == true }[Int(sampled.number)]
            guard listed <= room else { return false }
            widen(by: sampled, depth: depth - 1)
            return true
        }
        let dropped = ShardSet.all.subtracting(selection.shards).shards
        guard let nearest = dropped.min(by: { distance(to: $0) < distance(to: $1) }) else { return false }
        guard sizes(where: { isPassed($0, at: now) })[Int(nearest.number)] <= room else { return false }
        widen(by: nearest, depth: 0)
        return true
    }

    private func isPassed(_ rank: Rank, at now: WallTime) -> Bool {
        if case .passed(_, _, let expiry) = record(rank.ref)?.standing { expiry > now } else { false }
    }

    private mutating func widen(by shard: ServiceShard, depth: UInt8) {
        selection.keep(shard, depth: depth)
        for rank in ranks where record(rank.ref).map({ selection.contains($0.place) }) ?? false {
            wantAgain(rank.ref)
        }
    }

    /// An entry that was passed on is kept when it comes again, and nothing older.
    private mutating func wantAgain(_ ref: EntryRef) {
        guard case .passed(let sequence, _, _) = record(ref)?.standing else { return }
        setStanding(.remembered(sequence: sequence > 0 ? sequence - 1 : 0), of: ref)
    }
}
