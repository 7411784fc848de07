import Gossip
import Overlay

/// Two nodes with a link that takes no time.
struct CatalogPair {
    private var nodes: [Mesh]
    private var now: Moment
    private var isLinked = false
    private var traffic: [GossipMessage.Kind: Int] = [:]
    /// Messages about ranges from the side that compares.
    private(set) var questions = 0

    private static let start: UInt64 = 1_800_000_000_000
    /// Half an hour in milliseconds.
    private static let span = 1_800_000

    init(entries: Int, differences: Int) throws {
        var settings = GossipSettings()
        settings.liveCapacity = entries + differences
        settings.recordCapacity = settings.liveCapacity
        settings.verified = settings.liveCapacity
        settings.isIndexed = false
        settings.answerBurst = .max >> 40
        let memory = EntryMemory(capacity: settings.verified)
        var random = RandomSource(seed: 5)
        let meshID = MeshID(rootKey: Identity(random: &random).publicKey)
        func node(_ random: inout RandomSource) -> Mesh {
            let identity = Identity(random: &random)
            return Mesh(identity: identity, meshID: meshID, settings: settings, random: random.fork(), memory: memory)
        }
        let all = entries + differences
        now = Self.moment(Self.span)
        nodes = [node(&random), node(&random)].sorted { $0.peerID < $1.peerID }
        var snapshot: [[UInt8]] = []
        for number in 0..<all {
            var other = node(&random)
            var outbox: [MeshAction] = []
            guard let name = ServiceName("inference:node-\(number)") else { continue }
            let offer = try ServiceOffer(name: name, summary: "A service of a benchmark", models: ["model-\(number)"])
            _ = other.publish(offers: [offer], at: Self.moment(number * Self.span / all), into: &outbox)
            snapshot += other.catalog.snapshot
        }
        var outbox: [MeshAction] = []
        _ = nodes[0].restore(Array(snapshot[..<entries]), at: now, into: &outbox)
        _ = nodes[1].restore(snapshot, at: now, into: &outbox)
    }

    private static func moment(_ milliseconds: Int) -> Moment {
        let span = TimeSpan.milliseconds(UInt64(milliseconds))
        return Moment(instant: .zero + span, wall: WallTime(milliseconds: start) + span)
    }

    /// Whether both list the same number of entries.
    var areEqual: Bool { nodes[0].catalog.liveCount == nodes[1].catalog.liveCount }

    /// Bytes of messages of these kinds in the last comparison.
    func bytes(of kinds: [GossipMessage.Kind]) -> Int { kinds.reduce(0) { $0 + traffic[$1, default: 0] } }

    /// One comparison from its first message to its last: that of the new link, then the next one of the first node.
    mutating func compare() {
        traffic = [:]
        questions = 0
        var outboxes: [[MeshAction]] = [[], []]
        if isLinked {
            let comparisons = nodes[0].counts.comparisons
            while nodes[0].counts.comparisons == comparisons {
                let next = nodes[0].nextDeadline
                now = Moment(instant: next, wall: now.wall + next.since(now.instant))
                nodes[0].wake(at: now, into: &outboxes[0])
            }
        } else {
            isLinked = true
            for side in 0...1 {
                let other = nodes[1 - side].peerID
                nodes[side].neighborUp(
                    other, with: nodes[side].settings.abilities, at: now, into: &outboxes[side])
            }
        }
        deliver(outboxes)
    }

    private mutating func deliver(_ outboxes: [[MeshAction]]) {
        var outboxes = outboxes
        while outboxes.contains(where: { !$0.isEmpty }) {
            var answers: [[MeshAction]] = [[], []]
            for side in 0...1 {
                for case .send(let message, _) in outboxes[side] {
                    traffic[message.kind, default: 0] += message.encode().readableBytes
                    if message.kind == .compare { questions += 1 }
                    nodes[1 - side].receive(message, from: nodes[side].peerID, at: now, into: &answers[1 - side])
                }
            }
            outboxes = answers
        }
    }
}
