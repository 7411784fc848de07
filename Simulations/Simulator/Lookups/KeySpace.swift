import Overlay

/// The nodes of a ``LookupWorld``, in the order of their keys.
struct KeySpace: Sendable {
    struct Node: Sendable {
        let key: NodeKey
        /// What its key pair and its addresses are drawn by.
        let number: Int
        let runs: Bool
    }

    let nodes: [Node]
    /// Where the node of each number stands.
    private let places: [Int]
    private let draws: Draws
    private static let start = WallTime(seconds: 1_700_000_000)

    init(_ plan: LookupPlan, draws: Draws) {
        self.draws = draws
        let drawn = (0..<plan.nodes).map { number in
            let key = NodeKey(Self.identity(number, draws).peerID)
            let isDead = draws.happens(plan.dead, .fault, of: UInt64(number))
            return Node(key: key, number: number, runs: !isDead)
        }
        nodes = drawn.sorted { $0.key < $1.key }
        var places = Array(repeating: 0, count: nodes.count)
        for (place, node) in nodes.enumerated() { places[node.number] = place }
        self.places = places
    }

    private static func identity(_ number: Int, _ draws: Draws) -> Identity {
        var source = RandomSource(seed: draws.bytes(RandomSource.seedLength, .identity, of: UInt64(number)))
        return Identity(random: &source)
    }

    func place(of node: NodeIndex) -> Int? {
        places.indices.contains(node.offset) ? places[node.offset] : nil
    }

    /// The place of a node that runs, drawn by a word; any when none does.
    func running(_ word: UInt64) -> Int {
        let first = Int(word % UInt64(nodes.count))
        return nodes[first...].firstIndex(where: \.runs) ?? nodes.firstIndex(where: \.runs) ?? first
    }

    /// The calendar of all nodes at the beginning of each search.
    var wall: WallTime { Self.start }

    /// The contact of the node at this place, signed anew; always the same bytes.
    func record(_ place: Int) -> ContactRecord? {
        let number = nodes[place].number
        return try? ContactRecord(
            signedBy: Self.identity(number, draws), sequence: 1, issuedAt: Self.start, timeToLive: .hours(12),
            roles: .server, addresses: AddressPlan.addresses(of: NodeIndex(number)))
    }

    /// The places of up to `count` nodes of every bucket of a node, drawn by its own draws, the widest bucket first.
    func contacts(of place: Int, perBucket count: Int) -> [Int] {
        var source = RandomSource(seed: draws.bytes(RandomSource.seedLength, .probe, of: UInt64(nodes[place].number)))
        var range = nodes.indices
        var contacts: [Int] = []
        for bit in 0..<NodeKey.bitCount where range.count > 1 {
            let middle = firstWithBit(bit, in: range)
            let isHigh = place >= middle
            contacts += Self.some(count, of: isHigh ? range.lowerBound..<middle : middle..<range.upperBound, &source)
            range = isHigh ? middle..<range.upperBound : range.lowerBound..<middle
        }
        return contacts
    }

    /// Drawn without putting back (Floyd).
    private static func some(_ count: Int, of range: Range<Int>, _ source: inout RandomSource) -> [Int] {
        guard range.count > count else { return Array(range) }
        var chosen: [Int] = []
        for last in range.upperBound - count..<range.upperBound {
            let drawn = range.lowerBound + source.below(last - range.lowerBound + 1)
            chosen.append(chosen.contains(drawn) ? last : drawn)
        }
        return chosen
    }

    /// The first key of the range whose bit is set; all keys of it share the bits before.
    private func firstWithBit(_ bit: Int, in range: Range<Int>) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = low + (high - low) / 2
            if Self.bit(bit, of: nodes[middle].key) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private static func bit(_ bit: Int, of key: NodeKey) -> Bool {
        let words = key.bytes.bigEndianWords
        let word = [words.0, words.1, words.2, words.3][bit / 64]
        return word >> UInt64(63 - bit % 64) & 1 == 1
    }

    /// The nearest `count` nodes that run to a key, nearest first, without the one at `place`.
    ///
    /// Nodes that share the most bits with the key are the nearest, and they stand next to each other: the range is widened to
    /// one bit less until it holds enough.
    func nearest(_ count: Int, to target: NodeKey, except place: Int) -> [NodeKey] {
        var ranges: [Range<Int>] = [nodes.indices]
        for bit in 0..<NodeKey.bitCount {
            guard let range = ranges.last, range.count > count else { break }
            let middle = firstWithBit(bit, in: range)
            ranges.append(Self.bit(bit, of: target) ? middle..<range.upperBound : range.lowerBound..<middle)
        }
        var found: [NodeKey] = []
        for range in ranges.reversed() {
            found = range.filter { $0 != place && nodes[$0].runs }.map { nodes[$0].key }
            if found.count >= count { break }
        }
        found.sort { $0.distance(to: target) < $1.distance(to: target) }
        return Array(found.prefix(count))
    }
}
