extension NodeSelection {
    /// Which nodes, in words, for sentences such as `… of the nodes 10 to 19`.
    public var words: String {
        switch self {
        case .all: "all nodes"
        case .bootstraps: "the bootstraps"
        case .list(let nodes) where nodes.count == 1: "node \(nodes[0])"
        case .list(let nodes) where nodes.count <= 8: "the nodes " + nodes.map(\.description).joined(separator: ", ")
        case .list(let nodes): "\(nodes.count) nodes that are named"
        case .range(let first, 1): "node \(first)"
        case .range(let first, let count): "the nodes \(first) to \(Int(first.number) + max(count, 1) - 1)"
        case .share(let share, let salt): "\(share) of the nodes" + (salt == 0 ? "" : " (draw \(salt))")
        case .region(let region): "the nodes of region \(region)"
        case .except(let others): "all nodes but \(others.words)"
        }
    }

    /// How many nodes of a world these are; of shares and regions as many as can be expected, nil where that is not known.
    func expectedCount(in plan: Plan) -> Int? {
        switch self {
        case .all: plan.nodes
        case .bootstraps: plan.bootstraps
        case .list(let nodes): Set(nodes).count
        case .range(_, let count): count
        case .share(let share, _): plan.nodes.times(share)
        case .region: nil
        case .except(let others): others.expectedCount(in: plan).map { plan.nodes - $0 }
        }
    }

    /// `1/20 of the nodes, about 15`.
    func words(in plan: Plan) -> String {
        switch self {
        case .share, .except: expectedCount(in: plan).map { "\(words), about \($0)" } ?? words
        default: words
        }
    }
}

extension Int {
    /// The share of a count, rounded down.
    func times(_ share: Ratio) -> Int {
        let product = UInt64(Swift.max(0, self)).multipliedFullWidth(by: share.numerator)
        return Int(share.denominator.dividingFullWidth(product).quotient)
    }
}
