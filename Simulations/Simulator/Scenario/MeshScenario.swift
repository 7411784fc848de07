import Inference
import Overlay

/// Nodes that start, link up and announce their services; in the end everybody has to know everything.
///
/// Two phases: first the world runs for its duration, with loss and whatever faults the settings plan, and only what
/// must hold always is checked. Then, without further faults, it has a bounded time to settle.
public struct MeshScenario: Sendable {
    /// How often it is looked whether the world has settled.
    private static let pollInterval = TimeSpan.milliseconds(100)
    private static let completionPercents = [50, 90, 99, 100]

    public private(set) var world: World
    public let duration: TimeSpan
    private var settledAt: VirtualTime?
    private var lookups = MeshReport.Lookups()

    /// - Throws: ``WorldError`` for settings that make no world.
    public init(_ settings: WorldSettings, duration: TimeSpan) throws {
        world = try World(settings)
        self.duration = duration
    }

    /// Whether the first phase is over.
    public var isDone: Bool { world.now.sinceStart >= duration }

    /// Lets the first phase go on for a while.
    public mutating func advance(by span: TimeSpan) {
        world.run(until: min(world.now + span, .zero + duration))
    }

    /// Lets the world be changed in between, as its users would.
    public mutating func withWorld(_ body: (inout World) throws -> Void) rethrows {
        try body(&world)
    }

    /// The second phase and the checks at its end.
    public mutating func finish() -> MeshReport {
        settle()
        checkLinks()
        checkLookups()
        return report()
    }

    // MARK: Checks

    private mutating func settle() {
        let limit = world.now + world.settings.settleLimit
        while true {
            let differences = ConvergenceCheck.differences(world.nodes)
            if differences.isNone {
                settledAt = world.now
                return
            }
            guard world.now < limit else {
                let example = differences.example
                let text = "\(differences.nodes) nodes differ; the first \(example?.text ?? "")"
                return world.violations.note(Violation(.notConverged, at: world.now, node: example?.node, text))
            }
            world.run(until: world.now + Self.pollInterval)
        }
    }

    /// A link may be between its two ends at any moment; it must not stay so.
    private mutating func checkLinks() {
        let limit = world.now + world.settings.settleLimit
        while true {
            let differences = ConvergenceCheck.oneSidedLinks(world.nodes)
            guard let example = differences.example else { return }
            guard world.now < limit else {
                let text = "\(differences.nodes) links are known at one end only; \(example.text)"
                return world.violations.note(Violation(.oneSidedLink, at: world.now, node: example.node, text))
            }
            world.run(until: world.now + Self.pollInterval)
        }
    }

    private mutating func checkLookups() {
        let probe = LookupProbe(world.nodes, at: world.now)
        for node in world.nodes where world.nodes.count > 1 {
            for number in 0..<world.settings.probesPerNode {
                search(from: node.index, number: UInt64(number), probe)
            }
        }
    }

    private mutating func search(from start: NodeIndex, number: UInt64, _ probe: LookupProbe) {
        let others = UInt64(world.nodes.count - 1)
        let drawn = Int(world.draws.below(others, .probe, of: UInt64(start.number), number))
        let target = NodeIndex(drawn < start.offset ? drawn : drawn + 1)
        let outcome = probe.search(target, from: start)
        lookups.made += 1
        lookups.queries.append(outcome.queries)
        lookups.hops.append(outcome.hops)
        guard !outcome.isFound else { return lookups.found += 1 }
        let text = "a search for node \(target) ended after \(outcome.queries) queries without it"
        world.violations.note(Violation(.lookupFailed, at: world.now, node: start, text))
    }

    // MARK: Figures

    private func report() -> MeshReport {
        let nodes = world.nodes
        return MeshReport(
            settings: world.settings, settledAt: settledAt, completions: completions,
            deliveries: Quantiles(world.deliveries.spans), traffic: traffic,
            messagesPerNode: Quantiles(nodes.map(\.sent.total.messages)),
            bytesPerNode: Quantiles(nodes.map(\.sent.total.bytes)), links: Quantiles(nodes.map(\.peer.linkCount)),
            tables: Quantiles(nodes.map(\.peer.kademlia.table.count)), duplicates: duplicates,
            publications: Quantiles(nodes.map(\.peer.mesh.counts.published)), dials: dials,
            linksOpened: nodes.reduce(0) { $0 + $1.peer.counters.linksOpened }, drops: drops, lookups: lookups,
            events: world.eventCount, virtualTime: world.now, violations: world.violations,
            traceHash: world.trace.hash)
    }

    private var completions: [MeshReport.Completion] {
        let times = world.nodes.map { $0.completeSince ?? .distantFuture }
        let quantiles = Quantiles(times)
        return Self.completionPercents.map { percent in
            let time = quantiles.value(atPercent: percent).flatMap { $0 == .distantFuture ? nil : $0 }
            return MeshReport.Completion(percent: percent, time: time)
        }
    }

    private var traffic: [MeshReport.KindTraffic] {
        MessageKind.allCases.compactMap { kind in
            let count = world.nodes.reduce(into: Traffic.Count()) { sum, node in
                sum.messages += node.sent[kind].messages
                sum.bytes += node.sent[kind].bytes
            }
            return count.messages == 0 ? nil : MeshReport.KindTraffic(kind: kind, count: count)
        }
    }

    private var duplicates: (duplicates: UInt64, accepted: UInt64) {
        world.nodes.reduce(into: (duplicates: 0, accepted: 0)) { sum, node in
            let counts = node.peer.mesh.counts
            sum.duplicates += counts.duplicates
            sum.accepted += counts.added + counts.replaced + counts.withdrawn - counts.published
        }
    }

    private var dials: (made: UInt64, failed: UInt64) {
        world.nodes.reduce(into: (made: 0, failed: 0)) { sum, node in
            sum.made += node.peer.counters.dials
            sum.failed += node.peer.counters.dialsFailed
        }
    }

    /// The gossip's reasons in detail, the other ones as the core counts them.
    private var drops: [(reason: String, count: UInt64)] {
        var sums: [String: UInt64] = [:]
        for node in world.nodes {
            for (reason, count) in node.peer.counters.dropped { sums[reason.rawValue, default: 0] += count }
            for (reason, count) in node.peer.mesh.counts.refusals { sums["gossip: " + reason, default: 0] += count }
        }
        return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
