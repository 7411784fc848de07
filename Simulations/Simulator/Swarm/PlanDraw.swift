import Overlay

/// Draws a plan from a seed: how many nodes, what is between them, what they do and what goes wrong. Every kind of fault and
/// every knob is off in half of all plans, since what hides a defect is more often a fault too many than one too few
/// (Groce et al., "Swarm Testing", ISSTA 2012).
public struct PlanDraw: Sendable {
    /// Grows when a seed draws another plan than before.
    public static let version = 3

    public let seed: UInt64
    public let focus: SwarmFocus
    let draws: Draws

    public init(seed: UInt64, focus: SwarmFocus = .general) {
        self.seed = seed
        self.focus = focus
        draws = Draws(seed: seed)
    }

    /// The parts of a plan that have dice of their own.
    enum Part: UInt64 {
        case size = 1
        case fidelity
        case knobs
        case latency
        case packets
        case duration
        case updates
        case lookups
        case requests
        case churn
        case faults
        case malice
        case translators
        case clocks
        case bursts
    }

    func dice(_ part: Part) -> Dice { Dice(draws, for: part.rawValue) }

    /// The same for the same seed and focus, everywhere.
    public var plan: Plan {
        var plan = sized()
        addNetwork(to: &plan)
        addClocks(to: &plan)
        plan.knobs = knobs()
        plan.workloads = workloads(within: plan)
        plan.churn = churn(within: plan)
        plan.faults = faults(within: plan) + malice(within: plan)
        return plan
    }

    // MARK: Who there is

    private func sized() -> Plan {
        var dice = dice(.size)
        let isLarge = dice.happens(1, 64)
        let nodes = Int(isLarge ? dice.number(in: 64...256) : dice.logarithmic(in: 4...64))
        var plan = Plan(seed: seed, nodes: nodes, duration: duration(of: nodes))
        plan.bootstraps = Int(dice.number(in: 1...UInt64(min(3, nodes))))
        plan.publishers = dice.happens(1, 2) ? nodes : Int(dice.number(in: 1...UInt64(nodes)))
        plan.servicesPerPublisher = Int(dice.number(in: 1...3))
        plan.joinWindow = dice.milliseconds(in: 0...8_000)
        plan.settleLimit = .seconds(180)
        var fidelity = self.dice(.fidelity)
        plan.fidelity = fidelity.happens(3, 4) ? .values : .encoded
        return plan
    }

    /// Large worlds get less time, so that no run takes much longer than the others.
    private func duration(of nodes: Int) -> TimeSpan {
        var dice = dice(.duration)
        return .seconds(nodes > 32 ? dice.number(in: 10...20) : dice.number(in: 10...60))
    }

    private func addClocks(to plan: inout Plan) {
        var dice = dice(.clocks)
        plan.clockSkew = dice.happens(1, 2) ? .milliseconds(500) : dice.milliseconds(in: 0...20_000)
    }

    private func knobs() -> [Knob] {
        var dice = dice(.knobs)
        guard dice.happens(1, 2) else { return [] }
        var knobs: [Knob] = []
        for name in Knob.Name.allCases {
            let isTurned = dice.happens(1, 2)
            let isExtreme = dice.happens(1, 4)
            let value = isExtreme ? name.range.lowerBound : dice.number(in: name.range)
            if isTurned { knobs.append(Knob(name, value)) }
        }
        return knobs
    }

    // MARK: What they do

    private func workloads(within plan: Plan) -> [Workload] {
        var workloads: [Workload] = []
        add(.update, .updates, likely: focus == .catalog ? 4 : 3, most: 20, within: plan, to: &workloads)
        add(.lookup, .lookups, likely: focus == .routing ? 4 : 2, most: 20, within: plan, to: &workloads)
        var dice = Dice(draws, for: Part.requests.rawValue << 8)
        let bytes = Int(dice.logarithmic(in: 16...65_536))
        add(.request(bytes: bytes), .requests, likely: focus == .links ? 4 : 2, most: 8, within: plan, to: &workloads)
        return workloads
    }

    /// - Parameter likely: how many of four plans have it.
    private func add(
        _ kind: Workload.Kind, _ part: Part, likely: UInt64, most: UInt64, within plan: Plan,
        to workloads: inout [Workload]
    ) {
        var dice = dice(part)
        guard dice.happens(likely, 4) else { return }
        let length = plan.duration.milliseconds
        let start = dice.number(in: 0...length / 2)
        let end = dice.number(in: start + length / 4...length)
        let count = Int(dice.logarithmic(in: 1...most))
        workloads.append(
            Workload(
                kind, count, per: dice.milliseconds(in: 1_000...5_000), from: .milliseconds(start),
                until: .milliseconds(end)))
    }

    private func churn(within plan: Plan) -> Churn? {
        var dice = dice(.churn)
        guard dice.happens(focus == .routing ? 2 : 1, 4) else { return nil }
        let model = dice.pick(Churn.Model.allCases)
        // Sessions of about half a minute: a median of two hours, of two and a half, and of 84 s.
        let speedups: ClosedRange<UInt64> =
            switch model {
            case .ipfs2022: 60...400
            case .kad: 100...600
            case .bamboo: 1...6
            }
        let start = dice.number(in: 0...plan.duration.milliseconds / 2)
        let share = Ratio(dice.number(in: 1...4), 4)
        return Churn(
            model, speedup: dice.number(in: speedups), of: .list(nodes(share, within: plan, &dice)),
            from: .milliseconds(start), until: plan.duration)
    }

    /// Each node beside those that everybody begins with, as often as `share` says.
    func nodes(_ share: Ratio, within plan: Plan, _ dice: inout Dice) -> [NodeIndex] {
        (plan.bootstraps..<max(plan.bootstraps, plan.nodes)).compactMap { number in
            dice.happens(share.numerator, share.denominator) ? NodeIndex(number) : nil
        }
    }
}
