import Inference
import Overlay

/// A whole run of a plan by our node.
///
/// Two phases: first the world runs for the plan's duration, with loss, faults and users, and only what must hold always is
/// checked. Then all faults end but malice, and it has a bounded time to settle.
public struct Run: Sendable {
    /// How often it is looked whether the world has settled.
    private static let pollInterval = TimeSpan.milliseconds(100)
    /// Between two rounds of searches.
    private static let probeInterval = TimeSpan.seconds(2)
    /// Peers that each node searches in the check at the end.
    private static let probesPerNode = 3
    /// Searches in that check altogether, so that it stays small beside the run.
    private static let mostProbes = 3_000

    public private(set) var world: World
    private var settledAt: VirtualTime?
    private var outcome: RunOutcome

    public init(_ plan: Plan) throws(WorldError) {
        try self.init(plan, tampering: nil)
    }

    /// - Parameter tampering: a defect that every node has.
    package init(_ plan: Plan, tampering: Tampering?) throws(WorldError) {
        world = try World(plan, tampering: tampering)
        outcome = RunOutcome(plan: plan, system: "samnode")
    }

    public var plan: Plan { world.plan }

    /// Whether the first phase is over.
    public var isDone: Bool { world.now.sinceStart >= plan.duration }

    /// Lets the first phase go on for a while.
    public mutating func advance(by span: TimeSpan) {
        world.run(until: min(world.now + span, .zero + plan.duration))
    }

    /// Lets the world be changed in between, as its users would.
    public mutating func withWorld<Failure>(_ body: (inout World) throws(Failure) -> Void) throws(Failure) {
        try body(&world)
    }

    /// What is left of the first phase, the second one, and the checks at its end.
    public mutating func finish() -> RunOutcome {
        world.run(until: max(world.now, .zero + plan.duration))
        world.endFaults()
        settle()
        checkLinks()
        checkLookups()
        report()
        return outcome
    }

    // MARK: Checks

    private mutating func settle() {
        let limit = world.now + plan.settleLimit
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
        let limit = world.now + plan.settleLimit
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

    /// Routing tables that suffered need some time, too.
    private mutating func checkLookups() {
        let limit = world.now + plan.settleLimit
        while true {
            let (searches, violations) = probeLookups()
            outcome.figures["probe.made"] = Double(searches.made)
            outcome.figures["probe.found"] = Double(searches.found)
            guard !violations.isEmpty else { return }
            guard world.now < limit else {
                for violation in violations { world.violations.note(violation) }
                return
            }
            world.run(until: world.now + Self.probeInterval)
        }
    }

    /// Searches from some nodes to drawn ones, and what did not find them.
    private func probeLookups() -> (Searches, [Violation]) {
        let nodes = world.nodes.filter(\.isRunning)
        var (searches, violations) = (Searches(), [Violation]())
        guard nodes.count > 1 else { return (searches, violations) }
        let probe = LookupProbe(nodes, at: world.now)
        let stride = max(1, nodes.count * Self.probesPerNode / Self.mostProbes)
        for start in Swift.stride(from: 0, to: nodes.count, by: stride) {
            for number in 0..<Self.probesPerNode {
                let target = target(number, of: start, among: nodes)
                guard let result = probe.search(target, from: start) else { continue }
                let isFound = result.closest.first?.peer == world.setup.ids[nodes[target].index.offset]
                searches.note(result, found: isFound, took: .zero)
                guard !isFound else { continue }
                let text =
                    "a search for node \(nodes[target].index) ended after \(result.counters.queries) queries without it"
                violations.append(Violation(.lookupFailed, at: world.now, node: nodes[start].index, text))
            }
        }
        return (searches, violations)
    }

    private func target(_ number: Int, of start: Int, among nodes: [SimulatedNode]) -> Int {
        let subject = UInt64(nodes[start].index.number)
        let others = UInt64(nodes.count - 1)
        let drawn = Int(world.setup.draws.below(others, .probe, of: subject, UInt64(number)))
        return drawn < start ? drawn : drawn + 1
    }

    // MARK: Figures

    private mutating func report() {
        let nodes = world.nodes
        outcome.settledAt = settledAt
        outcome.violations = world.violations
        outcome.digest = world.traceHash
        outcome.events = world.eventCount
        outcome.virtualTime = world.now
        reportSearches(world.searches)
        let spans = Quantiles(world.deliveries.spans)
        for (name, percent) in [("p50", 50), ("p90", 90), ("p99", 99), ("max", 100)] {
            outcome.figures["delivery.\(name)"] = spans.value(atPercent: percent).map(\.inMilliseconds)
        }
        let links = Quantiles(nodes.map(\.peer.linkCount))
        outcome.figures["links.p50"] = links.median.map(Double.init)
        outcome.figures["links.max"] = links.greatest.map(Double.init)
        let seconds = max(1, Double(world.now.sinceStart.milliseconds) / 1_000)
        let bytes = nodes.map { Double($0.sent.total.bytes) / seconds }
        outcome.figures["bytes.perNodePerSecond.mean"] = bytes.reduce(0, +) / Double(max(1, bytes.count))
        outcome.figures["bytes.perNodePerSecond.max"] = bytes.max()
    }

    private mutating func reportSearches(_ searches: Searches) {
        guard searches.made > 0 else { return }
        outcome.figures["lookup.made"] = Double(searches.made)
        outcome.figures["lookup.success"] = Double(searches.found) * 100 / Double(searches.made)
        for (name, share) in [("p50", 500), ("p90", 900), ("p99", 990)] as [(String, UInt64)] {
            outcome.figures["lookup.\(name)"] = searches.times.value(atThousandth: share).map { Double($0) / 1_000 }
        }
        outcome.figures["lookup.hops.mean"] = searches.hops.mean
        outcome.figures["lookup.queries.mean"] = searches.queries.mean
        outcome.histograms += [searches.times, searches.hops, searches.queries]
    }
}

extension TimeSpan {
    fileprivate var inMilliseconds: Double { Double(nanoseconds) / 1_000_000 }
}
