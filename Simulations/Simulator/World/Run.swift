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
    /// When 99.9 % of what nodes list was as it had to be.
    private var nearlySettledAt: VirtualTime?
    /// Parts of the network at the end of the first phase.
    private var components: Int?
    private var outcome: RunOutcome
    /// Searches of the last round of the check at the end.
    private var probes = (made: 0, found: 0)

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
        world.judgeRouting()
        components = world.linkGraph.components
        let faultsEnd = world.now
        world.endFaults()
        settle()
        checkLinks()
        checkLookups()
        checkRequests()
        report(faultsEnd: faultsEnd)
        return outcome
    }

    // MARK: Checks

    private mutating func settle() {
        let limit = world.now + plan.settleLimit
        while true {
            if nearlySettledAt == nil, world.isNearlyConverged { nearlySettledAt = world.now }
            guard let violation = world.convergence.violation(at: world.now) else {
                settledAt = world.now
                return
            }
            guard world.now < limit else { return world.violations.note(violation) }
            world.run(until: world.now + Self.pollInterval)
        }
    }

    /// A link may be between its two ends at any moment; it must not stay so.
    private mutating func checkLinks() {
        let limit = world.now + plan.settleLimit
        var lasting = Set(world.linkGraph.oneSided)
        while true {
            let graph = world.linkGraph
            lasting.formIntersection(graph.oneSided)
            let violations = graph.violations(at: world.now, lasting: lasting)
            guard !violations.isEmpty else { return }
            guard world.now < limit else {
                for violation in violations { world.violations.note(violation) }
                return
            }
            world.run(until: world.now + Self.pollInterval)
        }
    }

    /// Requests of agents that are still there have an end, and each was executed once at most.
    private mutating func checkRequests() {
        let limit = world.now + plan.settleLimit
        while world.hasUnfinishedRequests, world.now < limit { world.run(until: world.now + Self.probeInterval) }
        for violation in world.requestViolations { world.violations.note(violation) }
    }

    /// Routing tables that suffered need some time, too: searches that failed are tried again.
    private mutating func checkLookups() {
        let limit = world.now + plan.settleLimit
        var pairs = probedPairs()
        probes.made = pairs.count
        while true {
            let violations = probe(&pairs)
            probes.found = probes.made - pairs.count
            guard !violations.isEmpty else { return }
            guard world.now < limit else {
                for violation in violations { world.violations.note(violation) }
                return
            }
            world.run(until: world.now + Self.probeInterval)
        }
    }

    /// Some nodes, each with others to search.
    private func probedPairs() -> [(start: NodeIndex, target: NodeIndex)] {
        let nodes = world.honestNodes.filter { !world.setup.isTranslated($0) }
        guard nodes.count > 1 else { return [] }
        let stride = max(1, nodes.count * Self.probesPerNode / Self.mostProbes)
        return Swift.stride(from: 0, to: nodes.count, by: stride).flatMap { start in
            (0..<Self.probesPerNode).map { (nodes[start], nodes[target(of: start, among: nodes, number: $0)]) }
        }
    }

    /// Lets each search the other, and keeps those pairs that failed.
    private func probe(_ pairs: inout [(start: NodeIndex, target: NodeIndex)]) -> [Violation] {
        let nodes = world.nodes.filter(\.isRunning)
        var places: [NodeIndex: Int] = [:]
        for (place, node) in nodes.enumerated() { places[node.index] = place }
        let probe = LookupProbe(nodes, at: world.now)
        var violations: [Violation] = []
        pairs = pairs.filter { pair in
            guard let start = places[pair.start], let target = places[pair.target],
                let result = probe.search(target, from: start),
                result.closest.first?.peer != world.setup.ids[pair.target.offset]
            else { return false }
            let text = "a search for node \(pair.target) ended after \(result.counters.queries) queries without it"
            violations.append(Violation(.lookupFailed, at: world.now, node: pair.start, text))
            return true
        }
        return violations
    }

    private func target(of start: Int, among nodes: [NodeIndex], number: Int) -> Int {
        let subject = UInt64(nodes[start].number)
        let drawn = Int(world.setup.draws.below(UInt64(nodes.count - 1), .probe, of: subject, UInt64(number)))
        return drawn < start ? drawn : drawn + 1
    }

    // MARK: Figures

    private mutating func report(faultsEnd: VirtualTime) {
        let observations = world.observations
        observations.fill(
            &outcome,
            ending: Observations.Ending(
                time: world.now, settled: settledAt.map { $0.since(faultsEnd) },
                nearlySettled: nearlySettledAt.map { $0.since(faultsEnd) }, phaseEnd: faultsEnd,
                components: components, events: world.eventCount))
        outcome.figures["probe.made"] = Double(probes.made)
        outcome.figures["probe.found"] = Double(probes.found)
        outcome.settledAt = settledAt
        outcome.violations = world.violations
        outcome.digest = world.traceHash
        // Every plan that a world was made of has a network.
        guard let network = try? NetworkModel(plan) else { return }
        outcome.places = world.nodes.map { node in
            let (x, y) = network.position(of: node.index)
            let region = UInt8(clamping: network.region(of: node.index))
            return observations.place(of: node.index, x: x, y: y, region: region)
        }
    }
}
