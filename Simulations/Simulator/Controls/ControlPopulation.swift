import Overlay

/// Who there is in a plan: what can be said of each node before anything happens.
struct ControlPopulation: Sendable {
    let plan: Plan
    let draws: Draws
    /// Whether a node takes part in a fault of malice at any time: figures are about the others.
    let isMalicious: [Bool]
    let network: ControlNetwork
    let population: Population

    var count: Int { plan.nodes }

    init(_ plan: Plan, mostNodes: Int) throws(ControlError) {
        guard (1...mostNodes).contains(plan.nodes) else {
            throw .nodeCount(plan.nodes, most: mostNodes)
        }
        guard (1...plan.nodes).contains(plan.bootstraps) else { throw .bootstrapCount(plan.bootstraps) }
        guard (1...plan.nodes).contains(plan.publishers) else { throw .publisherCount(plan.publishers) }
        self.plan = plan
        draws = Draws(seed: plan.seed)
        let model: NetworkModel
        do { model = try NetworkModel(plan) } catch { throw .network(error) }
        network = ControlNetwork(model)
        let regions = model.regions.count > 1 ? (0..<plan.nodes).map { UInt8(model.region(of: NodeIndex($0))) } : []
        population = Population(plan, regions: regions)
        var isMalicious = Array(repeating: false, count: plan.nodes)
        for fault in plan.faults {
            guard case .malice = fault.kind else { continue }
            for node in population.members(of: fault.nodes) { isMalicious[node.offset] = true }
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
        population.contains(NodeIndex(node), in: selection)
    }

    /// One flag for each node.
    func members(of selection: NodeSelection) -> [Bool] {
        let members = population.members(of: selection)
        return (0..<count).map { members.contains(NodeIndex($0)) }
    }
}
