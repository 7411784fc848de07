import Overlay

/// What goes wrong, and right again.
extension World {
    mutating func planFaults() {
        for (number, fault) in plan.faults.enumerated() {
            schedule(.faultBegins(number), at: .zero + fault.start)
            if let end = fault.end { schedule(.faultEnds(number), at: .zero + max(end, fault.start)) }
        }
    }

    mutating func begin(_ number: Int) {
        let fault = plan.faults[number]
        conditions.begin(number, fault, of: plan)
        shareConditions()
        let members = fault.nodes.members(of: plan)
        switch fault.kind {
        case .crash(let disk): for node in members { crash(node, disk: disk) }
        case .departure: for node in members { leave(node) }
        case .reset:
            for node in members { reset(node) }
            conditions.end(number)
        case .clockStep(let step): for node in members { stepClock(of: node, by: step) }
        case .clockDrift(let drift): for node in members { setDrift(of: node, by: drift) }
        default: break
        }
        reviewWires()
    }

    mutating func end(_ number: Int) {
        let fault = plan.faults[number]
        conditions.end(number)
        shareConditions()
        let members = fault.nodes.members(of: plan)
        switch fault.kind {
        case .crash, .departure: for node in members { restart(node) }
        case .stall: for node in members { resume(node) }
        case .clockStep(let step): for node in members { stepClock(of: node, by: -step) }
        case .clockDrift(let drift): for node in members { setDrift(of: node, by: -drift) }
        default: break
        }
        reviewWires()
    }

    /// The world is given time to settle.
    mutating func endFaults() {
        for number in plan.faults.indices where isLasting(plan.faults[number]) { end(number) }
    }

    /// Whether a fault of the plan has no end of its own before now.
    private func isLasting(_ fault: PlannedFault) -> Bool {
        if case .malice = fault.kind { return false }
        guard .zero + fault.start <= now else { return false }
        return fault.end.map { .zero + $0 > now } ?? true
    }

    private mutating func shareConditions() {
        for number in shards.indices { shards[number].conditions = conditions }
    }

    /// Every end looks whether it still gets an answer.
    private mutating func reviewWires() {
        for number in shards.indices {
            for place in shards[number].nodes.indices {
                for end in shards[number].nodes[place].ends { shards[number].review(end) }
            }
        }
    }

    // MARK: Nodes

    private mutating func crash(_ node: NodeIndex, disk: PlannedFault.Disk) {
        conditions.setDown(true, node)
        shareConditions()
        withShard(of: node) { $0.crash(node, disk: disk) }
    }

    private mutating func leave(_ node: NodeIndex) {
        withShard(of: node) { $0.leave(node) }
    }

    private mutating func restart(_ node: NodeIndex) {
        conditions.setDown(false, node)
        shareConditions()
        withShard(of: node) { shard in
            guard shard.has(node) else { return }
            // Somebody who is still saying goodbye comes back after that.
            let pause = shard[node].isRunning ? RealTimes.goodbye : .zero
            shard.schedule(.start, for: node, at: shard.now + pause, by: node)
        }
    }

    private mutating func resume(_ node: NodeIndex) {
        withShard(of: node) { shard in
            guard !shard[node].backlog.isEmpty else { return }
            shard.schedule(.resume, for: node, at: shard.now, by: node)
        }
    }

    /// Both ends of each of its connections lose it.
    private mutating func reset(_ node: NodeIndex) {
        let ends = withShard(of: node) { shard in shard[node].ends.map { ($0, shard.ends[$0]) } }
        for (end, state) in ends {
            if let state, let there = state.there {
                withShard(of: state.other) { $0.breakEnd(there, reason: "connection reset") }
            }
            withShard(of: node) { $0.breakEnd(end, reason: "connection reset") }
        }
    }

    private mutating func stepClock(of node: NodeIndex, by nanoseconds: Int64) {
        withShard(of: node) { shard in
            shard[node].clock.step(by: nanoseconds)
            shard.rearm(node)
        }
    }

    private mutating func setDrift(of node: NodeIndex, by partsPerMillion: Int64) {
        withShard(of: node) { shard in
            let drift = shard[node].clock.drift + partsPerMillion
            shard[node].clock.drift(by: drift, at: shard.now)
            shard.rearm(node)
        }
    }
}
