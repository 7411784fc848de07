import Overlay

extension Conditions {
    // MARK: Packets

    /// Whether a packet that is sent now gets through the faults; loss comes on top.
    public func passes(from: NodeIndex, to: NodeIndex) -> Bool {
        guard concerns(from, to, .severance) else { return true }
        return !lasting(.severance).contains { $0.stops(from: from, to: to) }
    }

    /// Whether nothing passes in either direction.
    public func separates(_ one: NodeIndex, _ other: NodeIndex) -> Bool {
        concerns(one, other, .severance) && !passes(from: one, to: other) && !passes(from: other, to: one)
    }

    /// Packets lost beside those that the network loses. Several faults lose independently of each other.
    public func extraLoss(from: NodeIndex, to: NodeIndex) -> Ratio {
        chance(.loss, from, to) { if case .loss(let ratio) = $0 { ratio } else { nil } }
    }

    /// Datagrams that arrive twice.
    public func duplication(from: NodeIndex, to: NodeIndex) -> Ratio {
        chance(.duplication, from, to) { if case .duplication(let ratio) = $0 { ratio } else { nil } }
    }

    /// Datagrams that take up to four times as long.
    public func reordering(from: NodeIndex, to: NodeIndex) -> Ratio {
        chance(.reordering, from, to) { if case .reordering(let ratio) = $0 { ratio } else { nil } }
    }

    /// What a packet takes beyond the latency; each fault that concerns one end or both adds its own once.
    public func extraDelay(from: NodeIndex, to: NodeIndex) -> TimeSpan {
        guard concerns(from, to, .delay) else { return .zero }
        return lasting(.delay).reduce(.zero) { sum, fault in
            guard fault.concerns(from, to), case .delay(let span) = fault.kind else { return sum }
            return sum + span
        }
    }

    /// All of that together.
    public func impairment(from: NodeIndex, to: NodeIndex) -> Impairment {
        guard disturbsAnybody else { return .none }
        return Impairment(
            loss: extraLoss(from: from, to: to), delay: extraDelay(from: from, to: to),
            duplication: duplication(from: from, to: to), reordering: reordering(from: from, to: to))
    }

    private func chance(
        _ aspect: Aspect, _ from: NodeIndex, _ to: NodeIndex, _ ratio: (PlannedFault.Kind) -> Ratio?
    ) -> Ratio {
        guard concerns(from, to, aspect) else { return .never }
        return lasting(aspect).reduce(.never) { chance, fault in
            guard fault.concerns(from, to), let more = ratio(fault.kind) else { return chance }
            return chance.either(more)
        }
    }

    // MARK: Nodes

    /// It does nothing, and what comes waits for it.
    public func isStalled(_ node: NodeIndex) -> Bool { concerns(node, .stall) }

    /// Whether anybody stands still or takes long for what it does.
    var hasSlowNodes: Bool { concernsAnybody(.stall) || concernsAnybody(.slowness) }

    /// A crash or a departure keeps it away, or it left of its own accord.
    public func isDown(_ node: NodeIndex) -> Bool { concerns(node, .down) || away.contains(node) }

    /// Processor time that each event takes; of several faults the sum.
    public func slowness(_ node: NodeIndex) -> TimeSpan {
        guard concerns(node, .slowness) else { return .zero }
        return lasting(.slowness).reduce(.zero) { sum, fault in
            guard fault.nodes.contains(node), case .slowness(let span) = fault.kind else { return sum }
            return sum + span
        }
    }

    /// Nanoseconds that its calendar is ahead by jumps; negative when behind. Saturates.
    public func clockOffset(_ node: NodeIndex) -> Int64 {
        clock(node) { if case .clockStep(let step) = $0 { step } else { nil } }
    }

    /// Parts per million that its clocks run fast; negative when slow. Saturates.
    public func clockDrift(_ node: NodeIndex) -> Int64 {
        clock(node) { if case .clockDrift(let drift) = $0 { drift } else { nil } }
    }

    private func clock(_ node: NodeIndex, _ value: (PlannedFault.Kind) -> Int64?) -> Int64 {
        guard concerns(node, .clock) else { return 0 }
        return lasting(.clock).reduce(0) { sum, fault in
            guard fault.nodes.contains(node), let more = value(fault.kind) else { return sum }
            let (total, overflow) = sum.addingReportingOverflow(more)
            return overflow ? (more < 0 ? .min : .max) : total
        }
    }

    // MARK: Malice

    /// Whether it does something beside the protocol.
    public func isMalicious(_ node: NodeIndex) -> Bool { concerns(node, .malice) }

    /// What it does beside the protocol; of several faults the first one counts.
    public func behaviour(_ node: NodeIndex) -> Behaviour? { malice(node)?.behaviour }

    /// The behaviour of a node together with all nodes of the same fault, itself included.
    public func malice(_ node: NodeIndex) -> (behaviour: Behaviour, accomplices: NodeSet)? {
        guard concerns(node, .malice), let fault = lasting(.malice).first(where: { $0.nodes.contains(node) }),
            case .malice(let behaviour) = fault.kind
        else { return nil }
        return (behaviour, fault.nodes)
    }
}

extension Conditions.Active {
    fileprivate func concerns(_ one: NodeIndex, _ other: NodeIndex) -> Bool {
        nodes.contains(one) || nodes.contains(other)
    }

    fileprivate func stops(from: NodeIndex, to: NodeIndex) -> Bool {
        switch kind {
        case .partition:
            return nodes.contains(from) != nodes.contains(to)
        case .deafness:
            return nodes.contains(to)
        case .cut:
            guard let others else { return false }
            return nodes.contains(from) && others.contains(to) || nodes.contains(to) && others.contains(from)
        case .oneWayCut:
            guard let others else { return false }
            return nodes.contains(from) && others.contains(to)
        default:
            return false
        }
    }
}

extension Ratio {
    /// The chance that at least one of two independent things happens: exact when one of them never does, otherwise in
    /// steps of 2⁻³².
    func either(_ other: Ratio) -> Ratio {
        if numerator == 0 { return other }
        if other.numerator == 0 { return self }
        let one: UInt64 = 1 << 32
        let product = (one - scaled).multipliedFullWidth(by: one - other.scaled)
        let neither = product.high << 32 | product.low >> 32
        return Ratio(one - min(neither, one), one)
    }

    /// In units of 2⁻³², rounded down.
    private var scaled: UInt64 {
        let product = numerator.multipliedFullWidth(by: 1 << 32)
        return numerator == denominator ? 1 << 32 : denominator.dividingFullWidth(product).quotient
    }
}
