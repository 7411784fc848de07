import Overlay

/// Which entry reached whom and when: one bit for each entry and node.
struct BroadcastLedger: Sendable {
    private struct Bits: Sendable {
        private let wordsOfEntry: Int
        private(set) var words: [UInt64] = []

        init(nodes: Int) { wordsOfEntry = (nodes + 63) / 64 }

        mutating func append() { words += Array(repeating: 0, count: wordsOfEntry) }

        subscript(entry: Int, node: Int) -> Bool {
            get { words[entry * wordsOfEntry + node / 64] >> UInt64(node % 64) & 1 == 1 }
            set {
                let mark: UInt64 = 1 << UInt64(node % 64)
                let word = entry * wordsOfEntry + node / 64
                words[word] = newValue ? words[word] | mark : words[word] & ~mark
            }
        }
    }

    private var publishers: [Int] = []
    private var times: [VirtualTime] = []
    private let nodeCount: Int
    /// What a node remembers to have seen; it forgets when it ends.
    private var seen: Bits
    /// What ever came to a node.
    private var delivered: Bits
    /// Who ran when an entry was published.
    private var wanted: Bits

    private var spans = Histogram(name: "delivery")
    private var mostHops: UInt8 = 0
    private(set) var payloads: UInt64 = 0
    private(set) var deliveries: UInt64 = 0
    private var traffic: (messages: UInt64, bytes: UInt64)?

    init(nodes: Int) {
        nodeCount = nodes
        seen = Bits(nodes: nodes)
        delivered = Bits(nodes: nodes)
        wanted = Bits(nodes: nodes)
    }

    var count: Int { publishers.count }

    func hasSeen(_ entry: UInt32, _ node: Int) -> Bool { seen[Int(entry), node] }

    /// A new entry, and its number.
    mutating func publish(by node: Int, _ medium: ControlMedium<BroadcastEvent>) -> UInt32 {
        if traffic == nil { traffic = (medium.traffic.messages, medium.traffic.bytes) }
        let entry = publishers.count
        publishers.append(node)
        times.append(medium.now)
        seen.append()
        delivered.append()
        wanted.append()
        for other in 0..<nodeCount where medium.isHonest(other) && other != node { wanted[entry, other] = true }
        seen[entry, node] = true
        delivered[entry, node] = true
        return UInt32(entry)
    }

    /// Whether an entry that came to a node is new there.
    mutating func receive(
        _ entry: UInt32, hops: UInt8, at node: Int, _ medium: ControlMedium<BroadcastEvent>
    ) -> Bool {
        let isHonest = medium.isHonest(node)
        if isHonest { payloads += 1 }
        guard !seen[Int(entry), node] else { return false }
        seen[Int(entry), node] = true
        if isHonest, !delivered[Int(entry), node] {
            deliveries += 1
            mostHops = max(mostHops, hops)
            spans.note(medium.now.since(times[Int(entry)]).nanoseconds / 1_000)
        }
        delivered[Int(entry), node] = true
        return true
    }

    /// A node ended: what it knew is gone.
    mutating func forget(_ node: Int) {
        for entry in publishers.indices { seen[entry, node] = false }
    }

    /// Pairs of an entry and an honest node that ran when it was published and runs now, and those among them where neither it
    /// nor a later entry of its publisher arrived.
    func pairs(_ medium: ControlMedium<BroadcastEvent>) -> (all: Int, missed: Int) {
        var count = (all: 0, missed: 0)
        var laterOf: [Int: [Bool]] = [:]
        for entry in publishers.indices.reversed() {
            var arrived = laterOf[publishers[entry]] ?? Array(repeating: false, count: nodeCount)
            for node in 0..<nodeCount {
                if delivered[entry, node] { arrived[node] = true }
                guard wanted[entry, node], medium.running[node] else { continue }
                count.all += 1
                if !arrived[node] { count.missed += 1 }
            }
            laterOf[publishers[entry]] = arrived
        }
        return count
    }

    func report(into outcome: inout RunOutcome, _ medium: ControlMedium<BroadcastEvent>) {
        outcome.histograms.append(spans)
        guard count > 0 else { return }
        outcome.figures.noteTimes(
            spans, "delivery", quantiles: [("p50", 500), ("p90", 900), ("p99", 990), ("max", 1_000)])
        let pairs = pairs(medium)
        if pairs.all > 0 { outcome.figures["delivery.missed"] = Double(pairs.missed) * 100 / Double(pairs.all) }
        outcome.figures["delivery.hops.max"] = Double(mostHops)
        let since = traffic ?? (0, 0)
        if deliveries > 0 {
            outcome.figures["redundancy"] = Double(payloads) / Double(deliveries) - 1
            outcome.figures["bytes.perDelivery"] = Double(medium.traffic.bytes - since.bytes) / Double(deliveries)
        }
        outcome.figures["messages.perUpdate"] = Double(medium.traffic.messages - since.messages) / Double(count)
    }
}
