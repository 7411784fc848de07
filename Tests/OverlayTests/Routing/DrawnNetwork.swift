import Testing

@testable import Overlay

/// A network whose nodes have full tables that never change, made when they are first asked. Nodes that lie name the nearest of
/// their accomplices only, and the dead say nothing.
struct DrawnNetwork {
    static let pool = Result {
        var fixtures = RoutingFixtures(seed: 4_711)
        return try fixtures.records(400)
    }

    var random: RandomSource
    /// In the order of their keys.
    let nodes: [ContactRecord]
    var dead: Set<NodeKey> = []
    var liars: Set<NodeKey> = [] {
        didSet { accomplices = nodes.filter { liars.contains($0.key) } }
    }
    private var accomplices: [ContactRecord] = []
    private var contacts: [NodeKey: [ContactRecord]] = [:]

    /// - Parameter size: at most 400.
    init(size: Int, random: RandomSource) throws {
        self.random = random
        var pool = try Self.pool.get()
        self.random.shuffle(&pool)
        nodes = pool.prefix(size).sorted { $0.key < $1.key }
    }

    mutating func draw(_ share: Int) -> Set<NodeKey> {
        Set(nodes.filter { _ in random.below(100) < share }.map(\.key))
    }

    /// Up to 20 drawn nodes of every bucket.
    mutating func known(to node: NodeKey) -> [ContactRecord] {
        if let known = contacts[node] { return known }
        var buckets: [Int: [ContactRecord]] = [:]
        for other in nodes where other.key != node {
            buckets[node.commonPrefixLength(with: other.key), default: []].append(other)
        }
        var known: [ContactRecord] = []
        for bucket in buckets.keys.sorted() {
            var others = buckets[bucket] ?? []
            random.shuffle(&others)
            known += others.prefix(20)
        }
        contacts[node] = known
        return known
    }

    /// What a node says, nearest first; nil when it says nothing.
    mutating func answer(of node: NodeKey, to asker: NodeKey, about target: NodeKey) -> [ContactRecord]? {
        guard !dead.contains(node) else { return nil }
        let known = liars.contains(node) ? accomplices : known(to: node)
        return known.filter { $0.key != node && $0.key != asker }.nearest(to: target, count: 20)
    }

    func nearest(to target: NodeKey, except searcher: NodeKey) -> [ContactRecord] {
        nodes.filter { $0.key != searcher && !dead.contains($0.key) }.nearest(to: target, count: 20)
    }
}

/// One lookup in a ``DrawnNetwork``, with what it must not do looked for at every step.
struct LookupWatch {
    private struct Arrival {
        let at: Instant
        let peer: NodeKey
        let key: NodeKey
        let records: [ContactRecord]
    }

    private(set) var search: Lookup
    private(set) var result: LookupResult?
    /// What is wrong; nil when nothing is.
    private(set) var complaint: String?
    private let searcher: NodeKey
    private let target: NodeKey
    private var now = Instant.zero
    private var asked: Set<[NodeKey]> = []
    /// Whom each path has heard of.
    private var heard: [Int: Set<NodeKey>] = [:]
    private var arrivals: [Arrival] = []

    init(_ network: inout DrawnNetwork, paths: Int, networkSize: Int? = nil) {
        let searcher = network.nodes[network.random.below(network.nodes.count)].key
        let isOfNode = network.random.below(2) == 0
        let target =
            isOfNode
            ? network.nodes[network.random.below(network.nodes.count)].key : NodeKey(hashing: network.random.bytes(32))
        self.searcher = searcher
        self.target = target
        let seeds = network.known(to: searcher).nearest(to: target, count: 20)
        search = Lookup(target: target, own: searcher, seeds: seeds, paths: paths, networkSize: networkSize)
        for candidate in search.candidates {
            for path in candidate.paths.numbers { heard[path, default: []].insert(candidate.record.key) }
        }
    }

    /// What should have been found.
    func expected(in network: DrawnNetwork) -> [ContactRecord] { network.nearest(to: target, except: searcher) }

    mutating func run(in network: inout DrawnNetwork) {
        for _ in 0..<5_000 where complaint == nil {
            switch search.next(at: now, patience: { _ in LookupPatience(.milliseconds(400)) }) {
            case .query(let record, let key):
                note(record.key, about: key)
                guard let answer = network.answer(of: record.key, to: searcher, about: key) else { continue }
                let delay = TimeSpan.milliseconds(20 + UInt64(network.random.below(180)))
                arrivals.append(Arrival(at: now + delay, peer: record.key, key: key, records: answer))
                arrivals.sort { ($0.at, $0.peer) < ($1.at, $1.peer) }
            case .retry:
                complaint = "asked a peer for which nobody has doubts as one that is doubtful"
            case .wait(let deadline):
                guard deadline > now else { return complaint = "waits for the past" }
                wait(until: deadline)
            case .finished(let result):
                return self.result = result
            }
        }
        complaint = complaint ?? "does not end"
    }

    private mutating func note(_ peer: NodeKey, about key: NodeKey) {
        if peer == searcher { complaint = "asks itself" }
        if !asked.insert([peer, key]).inserted { complaint = "asks a peer twice" }
        if search.waiting > search.parallelism || search.parallelism > 8 { complaint = "asks too many at once" }
        if asked.count > LookupSettings().queries { complaint = "asks too many" }
        guard key == target, search.widenings == 0, !search.isCrowded else { return }
        let path = search.candidates.first { $0.record.key == peer }?.asker ?? -1
        if heard[path]?.contains(peer) != true { complaint = "a path asks whom only another has heard of" }
    }

    private mutating func wait(until deadline: Instant) {
        guard let arrival = arrivals.first, arrival.at <= deadline else { return now = deadline }
        arrivals.removeFirst()
        now = arrival.at
        let path = search.candidates.first { $0.record.key == arrival.peer }?.asker ?? 0
        heard[path, default: []].formUnion(arrival.records.map(\.key))
        search.answered(arrival.peer, about: arrival.key, with: arrival.records)
    }
}
