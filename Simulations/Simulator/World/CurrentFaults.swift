import Overlay

/// What is wrong at the moment.
struct CurrentFaults: Sendable {
    /// A fault that has begun and not ended.
    private struct Active: Sendable {
        let number: Int
        let kind: PlannedFault.Kind
        /// By node number.
        let members: [Bool]
        /// The other side of a cut; empty for other kinds.
        let others: [Bool]
    }

    private let nodes: Int
    private var active: [Active] = []
    private var down: Set<NodeIndex> = []
    /// Whether asking for one node's slowness is worth the while.
    private(set) var hasSlowNodes = false

    init(nodes: Int) {
        self.nodes = nodes
    }

    mutating func begin(_ number: Int, _ fault: PlannedFault, of plan: Plan) {
        let others: NodeSelection? =
            switch fault.kind {
            case .cut(let from): from
            case .oneWayCut(let to): to
            default: nil
            }
        active.append(
            Active(
                number: number, kind: fault.kind, members: table(fault.nodes.members(of: plan)),
                others: others.map { table($0.members(of: plan)) } ?? []))
        review()
    }

    mutating func end(_ number: Int) {
        active.removeAll { $0.number == number }
        review()
    }

    mutating func setDown(_ isDown: Bool, _ node: NodeIndex) {
        if isDown { down.insert(node) } else { down.remove(node) }
    }

    private mutating func review() {
        hasSlowNodes = active.contains { fault in
            switch fault.kind {
            case .stall, .slowness: true
            default: false
            }
        }
    }

    private func table(_ members: [NodeIndex]) -> [Bool] {
        var table = Array(repeating: false, count: nodes)
        for member in members { table[member.offset] = true }
        return table
    }

    // MARK: Questions

    /// Whether packets from one node get to another.
    func passes(from: NodeIndex, to: NodeIndex) -> Bool {
        active.allSatisfy { fault in
            let (sends, takes) = (fault.members[from.offset], fault.members[to.offset])
            switch fault.kind {
            case .partition: return sends == takes
            case .deafness: return !takes
            case .cut:
                return !(sends && fault.others[to.offset]) && !(takes && fault.others[from.offset])
            case .oneWayCut: return !(sends && fault.others[to.offset])
            default: return true
            }
        }
    }

    func isDown(_ node: NodeIndex) -> Bool { !down.isEmpty && down.contains(node) }

    func isStalled(_ node: NodeIndex) -> Bool {
        active.contains { fault in
            if case .stall = fault.kind { fault.members[node.offset] } else { false }
        }
    }

    /// Processor time that each event takes a node.
    func slowness(of node: NodeIndex) -> TimeSpan {
        active.reduce(.zero) { sum, fault in
            guard case .slowness(let span) = fault.kind, fault.members[node.offset] else { return sum }
            return sum + span
        }
    }

    func extraDelay(from: NodeIndex, to: NodeIndex) -> TimeSpan {
        active.reduce(.zero) { sum, fault in
            guard case .delay(let span) = fault.kind, fault.members[from.offset] || fault.members[to.offset] else {
                return sum
            }
            return sum + span
        }
    }
}

extension NodeSelection {
    /// The nodes of a plan that are selected and not absent, in order.
    func members(of plan: Plan) -> [NodeIndex] {
        let list: Set<NodeIndex> = if case .list(let nodes) = self { Set(nodes) } else { [] }
        let draws = Draws(seed: plan.seed)
        return (0..<plan.nodes).map(NodeIndex.init).filter { node in
            !plan.absent.contains(node) && (list.isEmpty ? contains(node, of: plan, draws) : list.contains(node))
        }
    }

    private func contains(_ node: NodeIndex, of plan: Plan, _ draws: Draws) -> Bool {
        switch self {
        case .all: true
        case .bootstraps: node.offset < plan.bootstraps
        case .list(let nodes): nodes.contains(node)
        case .range(let first, let count): node >= first && node.offset < first.offset + count
        case .share(let ratio, let salt): draws.happens(ratio, .fault, of: UInt64(node.number), salt)
        case .region: false
        case .except(let others): !others.contains(node, of: plan, draws)
        }
    }
}
