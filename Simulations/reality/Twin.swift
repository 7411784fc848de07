import Overlay
import Simulator

/// A world that gets updates at given moments, and what happened in it.
struct Twin {
    private(set) var world: World
    /// What was sent before the figures begin.
    private var trafficBefore: [Traffic] = []
    private var deliveriesBefore = 0
    private var hasSecondService: Set<Int> = []

    init(world: World) {
        self.world = world
        self.world.keepDeliveries()
    }

    mutating func run(updates: [PlannedUpdate], from: TimeSpan, until end: TimeSpan) throws {
        var hasBegun = false
        for update in updates.sorted(by: { $0.moment < $1.moment }) {
            if !hasBegun && update.moment >= from { begin(at: from, &hasBegun) }
            world.run(until: .zero + update.moment)
            try toggle(update.node)
        }
        if !hasBegun { begin(at: from, &hasBegun) }
        world.run(until: .zero + end)
    }

    private mutating func begin(at moment: TimeSpan, _ hasBegun: inout Bool) {
        world.run(until: .zero + moment)
        trafficBefore = world.nodes.map(\.sent)
        deliveriesBefore = world.deliveries.spans.count
        hasBegun = true
    }

    private mutating func toggle(_ node: Int) throws {
        guard world.nodes.indices.contains(node) else { return }
        let isOffered = hasSecondService.remove(node) == nil
        if isOffered { hasSecondService.insert(node) }
        try world.offer(isOffered ? 2 : 1, by: NodeIndex(node))
    }

    // MARK: Figures

    /// One JSON object: moments and spans in milliseconds, messages by kind and phase as [messages, bytes].
    func report(starts: [UInt64]) -> String {
        let after = world.deliveries.spans.dropFirst(deliveriesBefore)
        let fields = [
            "\"starts\": \(starts)",
            "\"links\": \(world.nodes.map(\.peer.linkCount))",
            "\"listed\": \(world.nodes.map(\.peer.mesh.catalog.liveCount))",
            "\"joinDeliveries\": \(Self.milliseconds(world.deliveries.spans.prefix(deliveriesBefore)))",
            "\"updateDeliveries\": \(Self.milliseconds(after))",
            "\"joinTraffic\": \(Self.traffic { kind in trafficBefore.map { $0[kind] } })",
            "\"updateTraffic\": \(Self.traffic { kind in zip(world.nodes, before).map { $0.sent[kind] - $1[kind] } })",
        ]
        return "{" + fields.joined(separator: ", ") + "}"
    }

    private var before: [Traffic] {
        trafficBefore.isEmpty ? world.nodes.map { _ in Traffic() } : trafficBefore
    }

    private static func milliseconds(_ spans: some Sequence<TimeSpan>) -> [Double] {
        spans.map { Double($0.nanoseconds / 1_000) / 1_000 }
    }

    private static func traffic(_ counts: (MessageKind) -> [Traffic.Count]) -> String {
        let kinds = MessageKind.allCases.map { kind in
            let counts = counts(kind)
            let messages = counts.reduce(0) { $0 + $1.messages }
            let bytes = counts.reduce(0) { $0 + $1.bytes }
            return "\"\(kind)\": [\(messages), \(bytes)]"
        }
        return "{" + kinds.joined(separator: ", ") + "}"
    }
}

extension Traffic.Count {
    /// What was counted since `earlier`.
    fileprivate static func - (later: Self, earlier: Self) -> Self {
        var difference = later
        difference.messages -= earlier.messages
        difference.bytes -= earlier.bytes
        return difference
    }
}
