/// The routing tables of all nodes: buckets by common prefix, one after the other in flat arrays.
struct KademliaTables: Sendable {
    let ids: [UInt64]
    private let bucketSize: Int
    private let depth: Int
    private var entries: [UInt32]
    /// When an entry last answered a question, in seconds of the world and one more; zero for never.
    private var useful: [UInt32]
    private var counts: [UInt8]
    /// One bit for each entry of a bucket that makes room for anybody.
    private var replaceable: [UInt32]
    private(set) var sizes: [UInt16]

    /// - Precondition: `bucketSize` is not above 32.
    init(ids: [UInt64], bucketSize: Int) {
        precondition(bucketSize <= 32, "the marks of a bucket are one word")
        self.ids = ids
        self.bucketSize = bucketSize
        // Deeper buckets hold fewer than one peer on average.
        depth = UInt64.bitWidth - UInt64(ids.count).leadingZeroBitCount + 6
        entries = Array(repeating: 0, count: ids.count * depth * bucketSize)
        useful = Array(repeating: 0, count: ids.count * depth * bucketSize)
        counts = Array(repeating: 0, count: ids.count * depth)
        replaceable = Array(repeating: 0, count: ids.count * depth)
        sizes = Array(repeating: 0, count: ids.count)
    }

    var deepestBucket: Int { depth - 1 }

    func bucket(of node: Int, for key: UInt64) -> Int {
        min((ids[node] ^ key).leadingZeroBitCount, depth - 1)
    }

    func count(of node: Int, bucket: Int) -> Int { Int(counts[node * depth + bucket]) }

    func contains(_ peer: Int, of node: Int) -> Bool {
        place(of: peer, in: node * depth + bucket(of: node, for: ids[peer])) != nil
    }

    /// Calls with every entry and the second after which it was last useful.
    func forEach(of node: Int, _ body: (_ peer: Int, _ useful: UInt32) -> Void) {
        for bucket in node * depth..<(node + 1) * depth {
            for slot in bucket * bucketSize..<bucket * bucketSize + Int(counts[bucket]) {
                body(Int(entries[slot]), useful[slot])
            }
        }
    }

    /// Notes that a peer exists, and whether it answered. A full bucket makes room by giving up an entry that is replaceable,
    /// or the one that was of no use for longest when that is longer than `grace`.
    mutating func note(_ peer: Int, of node: Int, answeredAt second: UInt32?, isReplaceable: Bool, staleBefore: UInt32)
    {
        guard peer != node else { return }
        let bucket = node * depth + bucket(of: node, for: ids[peer])
        if let slot = place(of: peer, in: bucket) {
            if let second {
                useful[slot] = second + 1
            }
            return
        }
        let slot: Int
        if Int(counts[bucket]) < bucketSize {
            slot = bucket * bucketSize + Int(counts[bucket])
            counts[bucket] += 1
            sizes[node] += 1
        } else if let weakest = weakest(of: bucket, staleBefore: staleBefore) {
            slot = weakest
        } else {
            return
        }
        entries[slot] = UInt32(peer)
        useful[slot] = (second ?? 0) + (second == nil ? 0 : 1)
        let mark: UInt32 = 1 << UInt32(slot - bucket * bucketSize)
        replaceable[bucket] = isReplaceable ? replaceable[bucket] | mark : replaceable[bucket] & ~mark
    }

    mutating func remove(_ peer: Int, of node: Int) {
        let bucket = node * depth + bucket(of: node, for: ids[peer])
        guard let slot = place(of: peer, in: bucket) else { return }
        let last = bucket * bucketSize + Int(counts[bucket]) - 1
        let moved = replaceable[bucket] >> UInt32(last - bucket * bucketSize) & 1
        entries[slot] = entries[last]
        useful[slot] = useful[last]
        let mark: UInt32 = 1 << UInt32(slot - bucket * bucketSize)
        replaceable[bucket] = moved == 1 ? replaceable[bucket] | mark : replaceable[bucket] & ~mark
        counts[bucket] -= 1
        sizes[node] -= 1
    }

    mutating func clear(_ node: Int) {
        for bucket in node * depth..<(node + 1) * depth {
            counts[bucket] = 0
            replaceable[bucket] = 0
        }
        sizes[node] = 0
    }

    /// Entries that were there at the first refresh stay.
    mutating func keepAll(of node: Int) {
        for bucket in node * depth..<(node + 1) * depth { replaceable[bucket] = 0 }
    }

    /// The entries nearest to a key, in no order: the bucket of the key, then those beyond it, then those before it.
    func nearest(to key: UInt64, of node: Int, except asker: Int) -> [UInt32] {
        let own = bucket(of: node, for: key)
        var found: [UInt32] = []
        found.reserveCapacity(bucketSize)
        take(own...own, of: node, key, except: asker, into: &found)
        if found.count < bucketSize, own < deepestBucket {
            take(own + 1...deepestBucket, of: node, key, except: asker, into: &found)
        }
        var before = own - 1
        while found.count < bucketSize, before >= 0 {
            take(before...before, of: node, key, except: asker, into: &found)
            before -= 1
        }
        return found
    }

    private func take(
        _ buckets: ClosedRange<Int>, of node: Int, _ key: UInt64, except asker: Int, into found: inout [UInt32]
    ) {
        var group: [UInt32] = []
        for bucket in buckets {
            let start = (node * depth + bucket) * bucketSize
            for slot in start..<start + Int(counts[node * depth + bucket]) where entries[slot] != UInt32(asker) {
                group.append(entries[slot])
            }
        }
        let room = bucketSize - found.count
        if group.count > room { group.sort { ids[Int($0)] ^ key < ids[Int($1)] ^ key } }
        found += group.prefix(room)
    }

    private func weakest(of bucket: Int, staleBefore: UInt32) -> Int? {
        if replaceable[bucket] != 0 { return bucket * bucketSize + replaceable[bucket].trailingZeroBitCount }
        let slots = bucket * bucketSize..<(bucket + 1) * bucketSize
        return slots.min { useful[$0] < useful[$1] }.flatMap { useful[$0] < staleBefore ? $0 : nil }
    }

    private func place(of peer: Int, in bucket: Int) -> Int? {
        let start = bucket * bucketSize
        for slot in start..<start + Int(counts[bucket]) where entries[slot] == UInt32(peer) { return slot }
        return nil
    }
}
