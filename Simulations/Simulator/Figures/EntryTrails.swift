import Overlay

/// By whom each node was told each entry, from which it follows through how many nodes every entry came.
///
/// Followed in small worlds only: a step is kept for every entry and node.
struct EntryTrails: Sendable {
    /// Nodes times publishers that are followed at most. Higher: a world in which a hundred entries of each publisher reach
    /// everybody keeps more than the 500 MB of these.
    static let mostPairs: UInt64 = 200_000

    private struct Step: Sendable {
        let publisher: NodeIndex
        let sequence: UInt64
        let node: NodeIndex
        let source: NodeIndex
        /// Whether the node counts for deliveries.
        let isCounted: Bool
    }

    private struct Entry: Hashable {
        let publisher: NodeIndex
        let sequence: UInt64
    }

    private let isFollowed: Bool
    private var steps: [Step] = []

    init(nodes: Int, publishers: Int) {
        let pairs = UInt64(max(1, nodes)).multipliedReportingOverflow(by: UInt64(max(1, publishers)))
        isFollowed = !pairs.overflow && pairs.partialValue <= Self.mostPairs
    }

    /// A node lists an entry for the first time.
    /// - Parameter source: the node that told it.
    mutating func arrived(
        _ sequence: UInt64, of publisher: NodeIndex, at node: NodeIndex, from source: NodeIndex, isCounted: Bool
    ) {
        guard isFollowed else { return }
        steps.append(
            Step(publisher: publisher, sequence: sequence, node: node, source: source, isCounted: isCounted))
    }

    /// Takes what another part of the world has seen, of other nodes.
    mutating func merge(_ other: EntryTrails) { steps += other.steps }

    /// How many nodes each entry came through to each node that counts, this one included. Those whose trail has a gap are left
    /// out.
    func hops() -> Histogram {
        var sources: [Entry: [NodeIndex: NodeIndex]] = [:]
        for step in steps {
            sources[Entry(publisher: step.publisher, sequence: step.sequence), default: [:]][step.node] = step.source
        }
        var histogram = Histogram(name: "delivery.hops")
        for step in steps where step.isCounted {
            let trail = sources[Entry(publisher: step.publisher, sequence: step.sequence)] ?? [:]
            if let hops = Self.hops(to: step.node, from: step.publisher, along: trail) { histogram.note(hops) }
        }
        return histogram
    }

    private static func hops(
        to node: NodeIndex, from publisher: NodeIndex, along trail: [NodeIndex: NodeIndex]
    ) -> UInt64? {
        var (place, hops) = (node, 0 as UInt64)
        while place != publisher {
            guard hops <= UInt64(trail.count), let source = trail[place] else { return nil }
            place = source
            hops += 1
        }
        return hops
    }
}
