import Overlay

/// What goes wrong, and right again.
extension World {
    mutating func planFaults() {
        for (number, fault) in plan.faults.enumerated() {
            schedule(.faultBegins(number), at: .zero + fault.start)
            if let end = fault.end { schedule(.faultEnds(number), at: .zero + max(end, fault.start)) }
        }
    }

    /// Faults that were planned for later do not begin once the world is given time to settle.
    mutating func begin(_ number: Int) {
        guard !isSettling else { return }
        let turn = conditions.begin(plan.faults[number], number: number)
        shareConditions()
        switch turn.kind {
        case .crash(let disk): for node in turn.nodes { crash(node, disk: disk) }
        case .departure: for node in turn.nodes { leave(node) }
        case .reset: for node in turn.nodes { reset(node) }
        case .clockStep(let step): for node in turn.nodes { stepClock(of: node, by: step) }
        case .clockDrift: for node in turn.nodes { setDrift(of: node) }
        case .malice(let behaviour):
            for node in turn.nodes { withShard(of: node) { $0.corrupt(node, behaviour, circle: number) } }
        default: break
        }
        reviewWires()
    }

    mutating func end(_ number: Int) {
        guard let turn = conditions.end(number: number) else { return }
        ended(turn)
        reviewWires()
    }

    /// The world is given time to settle: all that is wrong ends but malice, and who was away comes back.
    mutating func endFaults() {
        isSettling = true
        for turn in conditions.endAllButMalice() { ended(turn) }
        for node in conditions.away { comeBack(node) }
        reviewWires()
    }

    private mutating func ended(_ turn: Conditions.Turn) {
        if case .stall = turn.kind {
            for node in turn.nodes where !conditions.isStalled(node) { conditions.noteResumption(of: node, at: now) }
        }
        shareConditions()
        switch turn.kind {
        case .crash, .departure: for node in turn.nodes { restart(node) }
        case .stall: for node in turn.nodes { resume(node) }
        case .clockStep(let step): for node in turn.nodes { stepClock(of: node, by: 0 - step) }
        case .clockDrift: for node in turn.nodes { setDrift(of: node) }
        case .malice: for node in turn.nodes { withShard(of: node) { $0.reform(node) } }
        default: break
        }
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
        withShard(of: node) { $0.crash(node, disk: disk) }
    }

    private mutating func leave(_ node: NodeIndex) {
        withShard(of: node) { $0.leave(node) }
    }

    private mutating func restart(_ node: NodeIndex) {
        guard !conditions.isDown(node) else { return }
        withShard(of: node) { shard in
            guard shard.has(node) else { return }
            // Somebody who is still saying goodbye comes back after that.
            let pause = shard[node].isRunning ? RealTimes.goodbye : .zero
            shard.schedule(.start, for: node, at: shard.now + pause, by: node)
        }
    }

    private mutating func resume(_ node: NodeIndex) {
        withShard(of: node) { shard in
            guard shard.has(node), !shard[node].backlog.isEmpty else { return }
            shard.schedule(.resume, for: node, at: shard.now, by: node)
        }
    }

    /// Both ends of each of its connections lose it.
    private mutating func reset(_ node: NodeIndex) {
        guard isRunning(node) else { return }
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
            guard shard.has(node) else { return }
            shard[node].clock.step(by: nanoseconds)
            shard[node].steppedAt = shard.now
            shard.rearm(node)
        }
    }

    /// Several faults may make a clock run fast or slow; it runs as all of them together say.
    private mutating func setDrift(of node: NodeIndex) {
        let drift = conditions.clockDrift(node)
        withShard(of: node) { shard in
            guard shard.has(node) else { return }
            shard[node].clock.drift(by: drift, at: shard.now)
            shard.rearm(node)
        }
    }

    // MARK: Coming and going

    mutating func planChurn() {
        guard let churn = setup.churn, let nodes = plan.churn?.nodes else { return }
        for node in setup.population.members(of: nodes) where setup.population.isPresent(node) {
            if let first = churn.first(of: node, at: &positions[node, default: ChurnSchedule.Position()]) {
                schedule(.churn(node, first), at: first.time)
            }
        }
    }

    /// A node leaves without a word, or comes back; who would leave while the world settles stays.
    mutating func change(_ node: NodeIndex, _ transition: ChurnSchedule.Transition) {
        guard !isSettling else { return }
        if transition.comesBack { comeBack(node) } else { goAway(node) }
        let next = setup.churn?.next(
            of: node, after: now, at: &positions[node, default: ChurnSchedule.Position()])
        if let next { schedule(.churn(node, next), at: next.time) }
    }

    private mutating func goAway(_ node: NodeIndex) {
        conditions.setAway(true, node)
        shareConditions()
        let others = withShard(of: node) { shard in
            shard[node].ends.compactMap { shard.ends[$0] }.compactMap { end in end.there.map { (end.other, $0) } }
        }
        crash(node, disk: .kept)
        for (other, end) in others { withShard(of: other) { $0.review(end) } }
    }

    /// Connections from before do not live on; whoever still has one notices by its silence.
    private mutating func comeBack(_ node: NodeIndex) {
        conditions.setAway(false, node)
        shareConditions()
        restart(node)
    }
}
