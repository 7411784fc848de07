import Overlay

/// The fields of a plan, each as its number and its value, and only those that differ from a new plan's.
extension PlanWriter {
    /// What a plan is before any field was read.
    static let empty = Plan(seed: 0, nodes: 0, duration: .zero)

    mutating func plan(_ plan: Plan) {
        for field in PlanField.allCases where !isDefault(field, of: plan) {
            number(field.rawValue)
            value(of: field, in: plan)
        }
    }

    private func isDefault(_ field: PlanField, of plan: Plan) -> Bool {
        var (one, other) = (PlanWriter(), PlanWriter())
        one.value(of: field, in: plan)
        other.value(of: field, in: Self.empty)
        return one.bytes == other.bytes
    }

    private mutating func value(of field: PlanField, in plan: Plan) {
        switch field {
        case .seed: number(plan.seed)
        case .fidelity: choice(plan.fidelity)
        case .threads: count(plan.threads)
        case .nodes: count(plan.nodes)
        case .absent: list(plan.absent.sorted()) { $0.node($1) }
        case .bootstraps: count(plan.bootstraps)
        case .publishers: count(plan.publishers)
        case .servicesPerPublisher: count(plan.servicesPerPublisher)
        case .joinWindow: span(plan.joinWindow)
        case .profile: choice(plan.profile)
        case .clockSkew: span(plan.clockSkew)
        case .knobs: list(plan.knobs) { $0.knob($1) }
        case .latency: latency(plan.latency)
        case .jitterPercent: number(plan.jitterPercent)
        case .loss: ratio(plan.loss)
        case .duplication: ratio(plan.duplication)
        case .bandwidth: optional(plan.bandwidth) { $0.number($1) }
        case .packetLength: count(plan.packetLength)
        case .translators: list(plan.translators) { $0.translator($1) }
        case .duration: span(plan.duration)
        case .workloads: list(plan.workloads) { $0.workload($1) }
        case .churn: optional(plan.churn) { $0.churn($1) }
        case .faults: list(plan.faults) { $0.fault($1) }
        case .settleLimit: span(plan.settleLimit)
        case .burstLoss: optional(plan.burstLoss) { $0.bursts($1) }
        }
    }

    // MARK: Parts

    mutating func node(_ node: NodeIndex) { number(UInt64(node.number)) }

    mutating func ratio(_ ratio: Ratio) {
        number(ratio.numerator)
        number(ratio.denominator)
    }

    mutating func spans(_ range: SpanRange) {
        span(range.shortest)
        span(range.longest)
    }

    mutating func choice<Value: CaseIterable & Equatable>(_ value: Value) {
        count(Value.allCases.enumerated().first { $0.element == value }?.offset ?? 0)
    }

    private mutating func knob(_ knob: Knob) {
        choice(knob.name)
        number(knob.value)
    }

    private mutating func latency(_ model: LatencyModel) {
        switch model {
        case .uniform(let range):
            number(0)
            spans(range)
        case .logNormal(let median, let spread):
            number(1)
            span(median)
            number(spread)
        case .geographic: number(2)
        case .matrix(let rows):
            number(3)
            list(rows) { $0.list($1) { $0.number($1) } }
        }
    }

    private mutating func translator(_ translator: Plan.Translator) {
        selection(translator.nodes)
        choice(translator.kind.mapping)
        choice(translator.kind.filtering)
        span(translator.kind.timeout)
        number(translator.kind.hasHairpin ? 1 : 0)
        number(translator.kind.preservesPorts ? 1 : 0)
    }

    private mutating func bursts(_ bursts: BurstLoss) {
        ratio(bursts.badShare)
        span(bursts.meanBad)
        ratio(bursts.loss)
    }

    private mutating func workload(_ workload: Workload) {
        switch workload.kind {
        case .update: number(0)
        case .lookup: number(1)
        case .request(let bytes):
            number(2)
            count(bytes)
        }
        count(workload.count)
        span(workload.per)
        span(workload.start)
        span(workload.end)
        selection(workload.nodes)
    }

    private mutating func churn(_ churn: Churn) {
        choice(churn.model)
        number(churn.speedup)
        selection(churn.nodes)
        span(churn.start)
        optional(churn.end) { $0.span($1) }
    }

    mutating func selection(_ nodes: NodeSelection) {
        switch nodes {
        case .all: number(0)
        case .bootstraps: number(1)
        case .list(let list):
            number(2)
            self.list(list) { $0.node($1) }
        case .range(let first, let size):
            number(3)
            node(first)
            count(size)
        case .share(let share, let salt):
            number(4)
            ratio(share)
            number(salt)
        case .region(let region):
            number(5)
            count(region)
        case .except(let others):
            number(6)
            selection(others)
        }
    }
}
