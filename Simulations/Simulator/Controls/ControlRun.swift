import Overlay

/// A whole run of a plan by an opponent of the node, with the same two phases as the node's own.
public struct ControlRun: Sendable {
    /// Who runs the plan.
    public let system: ControlSystem
    /// What it runs.
    public let plan: Plan
    /// One of these is there. Behind an existential, none of the generic code would be specialised, which costs a factor of ten.
    private var kademlia: ControlWorld<KademliaControl>?
    private var gossipsub: ControlWorld<GossipsubControl>?
    private var flooding: ControlWorld<FloodingControl>?
    private var swim: ControlWorld<SWIMControl>?
    private var now = VirtualTime.zero

    /// - Throws: ``ControlError`` when the system cannot run the plan.
    public init(system: ControlSystem, plan: Plan) throws(ControlError) {
        self.system = system
        self.plan = plan
        switch system {
        case .plainKademlia: kademlia = try ControlWorld(plan)
        case .gossipsub: gossipsub = try ControlWorld(plan)
        case .flooding: flooding = try ControlWorld(plan)
        case .swim: swim = try ControlWorld(plan)
        }
    }

    /// Whether the phase of faults and workloads is over.
    public var isDone: Bool { now >= .zero + plan.duration }

    /// Lets so much virtual time pass, to the end of the first phase at most.
    public mutating func advance(by span: TimeSpan) {
        now = min(now + span, .zero + plan.duration)
        kademlia?.run(until: now)
        gossipsub?.run(until: now)
        flooding?.run(until: now)
        swim?.run(until: now)
    }

    /// Runs what is left of the first phase, ends the faults, lets the world settle and sums up.
    public mutating func finish() -> RunOutcome {
        if !isDone { advance(by: plan.duration) }
        var outcome = RunOutcome(plan: plan, system: system.rawValue)
        kademlia?.settle(within: plan.settleLimit, into: &outcome)
        gossipsub?.settle(within: plan.settleLimit, into: &outcome)
        flooding?.settle(within: plan.settleLimit, into: &outcome)
        swim?.settle(within: plan.settleLimit, into: &outcome)
        return outcome
    }
}
