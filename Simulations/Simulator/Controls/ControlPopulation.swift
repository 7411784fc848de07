import Overlay

/// Who there is in a plan: what can be said of each node before anything happens.
struct ControlPopulation: Sendable {
    let plan: Plan
    let draws: Draws
    /// Whether a node takes part in a fault of malice at any time: figures are about the others.
    let isMalicious: [Bool]
    /// The nodes that publish, in ascending order.
    let publishers: [Int]

    var count: Int { plan.nodes }

    init(_ plan: Plan, mostNodes: Int) throws(ControlError) {
        guard (1...mostNodes).contains(plan.nodes) else {
            throw .nodeCount(plan.nodes, most: mostNodes)
        }
        guard (1...plan.nodes).contains(plan.bootstraps) else { throw .bootstrapCount(plan.bootstraps) }
        guard (1...plan.nodes).contains(plan.publishers) else { throw .publisherCount(plan.publishers) }
        self.plan = plan
        draws = Draws(seed: plan.seed)
        publishers = (0..<plan.publishers).map { $0 * plan.nodes / plan.publishers }
        var isMalicious = Array(repeating: false, count: plan.nodes)
        for fault in plan.faults {
            guard case .malice = fault.kind else { continue }
            for node in 0..<plan.nodes where Self.selects(fault.nodes, node, plan: plan, draws: draws) {
                isMalicious[node] = true
            }
        }
        self.isMalicious = isMalicious
    }

    func isAbsent(_ node: Int) -> Bool { plan.absent.contains(NodeIndex(node)) }

    /// When a node starts for the first time.
    func start(of node: Int) -> VirtualTime {
        guard node >= plan.bootstraps else { return .zero }
        return .zero + draws.span(in: SpanRange(.zero, plan.joinWindow), .start, of: UInt64(node))
    }

    func selects(_ selection: NodeSelection, _ node: Int) -> Bool {
        Self.selects(selection, node, plan: plan, draws: draws)
    }

    /// One flag for each node.
    func members(of selection: NodeSelection) -> [Bool] {
        (0..<count).map { selects(selection, $0) }
    }

    /// The region of a node: rows of a matrix are filled evenly; other models have one region.
    static func region(of node: Int, plan: Plan) -> Int {
        if case .matrix(let rows) = plan.latency, !rows.isEmpty { node % rows.count } else { 0 }
    }

    private static func selects(_ selection: NodeSelection, _ node: Int, plan: Plan, draws: Draws) -> Bool {
        switch selection {
        case .all: true
        case .bootstraps: node < plan.bootstraps
        case .list(let nodes): nodes.contains(NodeIndex(node))
        case .range(let first, let count): node >= first.offset && node - first.offset < count
        case .share(let ratio, let salt): draws.happens(ratio, .fault, of: UInt64(node), salt)
        case .region(let region): Self.region(of: node, plan: plan) == region
        case .except(let others): !selects(others, node, plan: plan, draws: draws)
        }
    }
}
