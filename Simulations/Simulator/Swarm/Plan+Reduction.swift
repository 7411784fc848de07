import Overlay

/// Smaller plans that are still plans.
extension Plan {
    /// Nodes that are there, in order.
    public var present: [NodeIndex] {
        (0..<nodes).map(NodeIndex.init).filter { !absent.contains($0) }
    }

    /// The same until `end`, and nothing afterwards.
    func cut(at end: TimeSpan) -> Plan {
        var plan = self
        plan.duration = end
        plan.faults = faults.filter { $0.start < end }.map { fault in
            var fault = fault
            fault.end = fault.end.map { min($0, end) }
            return fault
        }
        plan.workloads = workloads.filter { $0.start < end }.map { workload in
            var workload = workload
            workload.end = min(workload.end, end)
            return workload
        }
        if let churn {
            plan.churn = churn.start < end ? churn : nil
            plan.churn?.end = churn.end.map { min($0, end) }
        }
        return plan
    }

    /// The same with the first `count` nodes alone.
    func confined(to count: Int) -> Plan {
        var plan = self
        plan.nodes = count
        plan.absent = absent.filter { $0.offset < count }
        plan.bootstraps = min(bootstraps, count)
        plan.publishers = min(publishers, count)
        plan.faults = faults.compactMap { $0.confined(to: count) }
        plan.workloads = workloads.map { workload in
            var workload = workload
            workload.nodes = workload.nodes.confined(to: count)
            return workload
        }
        plan.churn?.nodes = churn?.nodes.confined(to: count) ?? .all
        plan.translators = translators.map { Translator($0.kind, before: $0.nodes.confined(to: count)) }
        return plan
    }
}

extension PlannedFault {
    /// Nil when it would be about nobody.
    fileprivate func confined(to count: Int) -> PlannedFault? {
        var fault = self
        fault.nodes = nodes.confined(to: count)
        if fault.nodes == .list([]) { return nil }
        switch kind {
        case .cut(let others): fault.kind = .cut(from: others.confined(to: count))
        case .oneWayCut(let others): fault.kind = .oneWayCut(to: others.confined(to: count))
        case .malice(.eclipse(let victim)) where victim.offset >= count: return nil
        case .malice(.sybil(let near)) where near.offset >= count: return nil
        default: break
        }
        return fault
    }
}

extension NodeSelection {
    fileprivate func confined(to count: Int) -> NodeSelection {
        switch self {
        case .list(let nodes): .list(nodes.filter { $0.offset < count })
        case .range(let first, let size) where first.offset >= count: size == 0 ? self : .list([])
        case .range(let first, let size): .range(first: first, count: min(size, count - first.offset))
        case .except(let others): .except(others.confined(to: count))
        case .all, .bootstraps, .share, .region: self
        }
    }
}
