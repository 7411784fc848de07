/// Who is in a world, as far as selections ask. Each node is decided by itself, so that leaving others out changes nothing.
public struct Population: Sendable {
    /// Nodes of the plan, absent ones included: numbers are below this.
    public let count: Int
    let draws: Draws
    private let bootstraps: Int
    private let publishers: Int
    /// Empty when there is only one region.
    private let regions: [UInt8]
    private let absent: NodeSet

    /// - Parameter regions: the region of each node, by number; empty when everybody lives in region 0.
    public init(_ plan: Plan, regions: [UInt8] = []) {
        count = plan.nodes
        draws = Draws(seed: plan.seed)
        bootstraps = plan.bootstraps
        publishers = plan.publishers
        self.regions = regions
        var absent = NodeSet(capacity: plan.nodes)
        for node in plan.absent { absent.insert(node) }
        self.absent = absent
    }

    /// Whether the plan lets the node exist.
    public func isPresent(_ node: NodeIndex) -> Bool { node.offset < count && !absent.contains(node) }

    /// Whether the node offers services: as many as the plan says do, spread evenly over the numbers.
    public func isPublisher(_ node: NodeIndex) -> Bool {
        guard node.offset < count else { return false }
        let rank = node.offset.multipliedReportingOverflow(by: min(publishers, count))
        guard !rank.overflow, publishers > 0 else { return false }
        // The first of each stretch of count / publishers numbers.
        return rank.partialValue % count < min(publishers, count)
    }

    /// Whether a selection holds a node. Absent nodes are selected like all others.
    public func contains(_ node: NodeIndex, in selection: NodeSelection) -> Bool {
        guard node.offset < count else { return false }
        switch selection {
        case .all: return true
        case .bootstraps: return node.offset < bootstraps
        case .list(let nodes): return nodes.contains(node)
        case .range(let first, let length): return node >= first && node.offset - first.offset < length
        case .share(let ratio, let salt): return draws.happens(ratio, .fault, of: UInt64(node.number), salt)
        case .region(let region): return (regions.isEmpty ? 0 : Int(regions[node.offset])) == region
        case .except(let others): return !contains(node, in: others)
        }
    }

    /// All nodes of a selection.
    public func members(of selection: NodeSelection) -> NodeSet {
        var members = NodeSet(capacity: count)
        switch selection {
        case .list(let nodes):
            for node in nodes where node.offset < count { members.insert(node) }
        case .except(let others):
            let others = self.members(of: others)
            for number in 0..<count where !others.contains(NodeIndex(number)) { members.insert(NodeIndex(number)) }
        default:
            for number in 0..<count where contains(NodeIndex(number), in: selection) {
                members.insert(NodeIndex(number))
            }
        }
        return members
    }
}
