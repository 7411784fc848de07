import Overlay

/// What the users of a world do and when: each workload's operations in turn, at drawn moments by drawn nodes.
struct Operations: Sendable {
    struct Operation: Sendable {
        let workload: Int
        let turn: UInt64
        let node: NodeIndex
    }

    private let plan: Plan
    private let draws: Draws
    private let members: [[NodeIndex]]

    init(_ plan: Plan) {
        self.plan = plan
        draws = Draws(seed: plan.seed)
        members = plan.workloads.map { $0.nodes.members(of: plan) }
    }

    /// When one operation of a workload happens and who does it; nil when the workload is over.
    func operation(_ turn: UInt64, of workload: Int) -> (time: VirtualTime, operation: Operation)? {
        let load = plan.workloads[workload]
        guard load.count > 0, !members[workload].isEmpty else { return nil }
        let slot = load.per.nanoseconds / UInt64(load.count)
        let subject = UInt64(workload)
        let offset = slot &* turn &+ (slot > 0 ? draws.below(slot, .workload, of: subject, turn) : 0)
        let time = VirtualTime.zero + load.start + TimeSpan(nanoseconds: offset)
        guard slot > 0, time < .zero + load.end else { return nil }
        let rank = draws.below(UInt64(members[workload].count), .workload, of: subject << 32 | 1, turn)
        return (time, Operation(workload: workload, turn: turn, node: members[workload][Int(rank)]))
    }

    /// Whom an operation is about.
    func partner(of operation: Operation, attempt: UInt64) -> NodeIndex {
        let subject = UInt64(operation.workload) << 32 | 2
        return NodeIndex(Int(draws.below(UInt64(plan.nodes), .workload, of: subject &+ attempt << 40, operation.turn)))
    }
}
