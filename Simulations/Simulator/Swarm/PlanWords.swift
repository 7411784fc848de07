import Overlay

/// A plan in words, a fact a line.
public struct PlanWords: Sendable {
    private let plan: Plan

    public init(_ plan: Plan) {
        self.plan = plan
    }

    /// Everything that decides the run; what is as usual is left out where it says nothing.
    public var lines: [String] {
        population + network + [time] + plan.workloads.map(workload) + [churn].compactMap { $0 } + knobs
            + plan.faults.map(fault)
    }

    private var population: [String] {
        let present = plan.nodes - plan.absent.count
        let numbers = plan.absent.isEmpty ? "" : " (\(Self.list(plan.present)) of \(plan.nodes) numbers)"
        var text = "\(present) nodes\(numbers), \(plan.bootstraps) known to all at the start"
        text += ", \(plan.publishers) publish \(plan.servicesPerPublisher) services each"
        let clocks = "clocks wrong by up to \(plan.clockSkew.secondsText)"
        return [
            text,
            "seed \(plan.seed), messages as \(plan.fidelity.rawValue), \(plan.profile.rawValue) profile, \(clocks)",
        ]
    }

    private var network: [String] {
        var text = "latency \(Self.text(plan.latency)), jitter \(plan.jitterPercent) %, loss \(plan.loss)"
        text += ", duplicates \(plan.duplication)"
        if let bandwidth = plan.bandwidth { text += ", \(bandwidth) bytes/s" }
        if let bursts = plan.burstLoss {
            text +=
                ", loss of \(bursts.loss) in bursts of \(bursts.meanBad.secondsText), \(bursts.badShare) of the time"
        }
        return [text]
            + plan.translators.map { translator in
                let kind = translator.kind
                return "nodes \(Self.text(translator.nodes)) behind translators: mapping \(kind.mapping.rawValue), "
                    + "filtering \(kind.filtering.rawValue), timeout \(kind.timeout.secondsText)"
                    + (kind.hasHairpin ? ", with hairpin" : "") + (kind.preservesPorts ? ", ports kept" : "")
            }
    }

    private var time: String {
        "all start within \(plan.joinWindow.secondsText); \(plan.duration.secondsText) of faults and work, "
            + "then up to \(plan.settleLimit.secondsText) to settle"
    }

    private var churn: String? {
        guard let churn = plan.churn else { return nil }
        return "churn as \(churn.model.rawValue), \(churn.speedup) times as fast, of nodes \(Self.text(churn.nodes)), "
            + Self.period(churn.start, churn.end)
    }

    private var knobs: [String] {
        plan.knobs.isEmpty ? [] : ["settings: " + plan.knobs.map(\.description).joined(separator: ", ")]
    }

    private func workload(_ workload: Workload) -> String {
        let what =
            switch workload.kind {
            case .update: "updates"
            case .lookup: "lookups"
            case .request(let bytes): "requests of \(bytes) bytes"
            }
        return "\(workload.count) \(what) per \(workload.per.secondsText) by nodes \(Self.text(workload.nodes)), "
            + Self.period(workload.start, workload.end)
    }

    private func fault(_ fault: PlannedFault) -> String {
        "fault: \(Self.text(fault.kind)), nodes \(Self.text(fault.nodes)), \(Self.period(fault.start, fault.end))"
    }

    // MARK: Parts

    private static func period(_ start: TimeSpan, _ end: TimeSpan?) -> String {
        "from \(start.secondsText) " + (end.map { "to \($0.secondsText)" } ?? "on")
    }

    private static func list(_ nodes: [NodeIndex]) -> String {
        nodes.map(\.description).joined(separator: " ")
    }

    private static func text(_ model: LatencyModel) -> String {
        switch model {
        case .uniform(let range) where range.shortest == range.longest: range.shortest.secondsText
        case .uniform(let range): "\(range.shortest.secondsText) to \(range.longest.secondsText)"
        case .logNormal(let median, let spread): "log-normal about \(median.secondsText), spread \(spread)/1000"
        case .geographic: "by geography"
        case .matrix(let rows): "by a matrix of \(rows.count) regions"
        }
    }

    private static func text(_ nodes: NodeSelection) -> String {
        switch nodes {
        case .all: "all"
        case .bootstraps: "known to all"
        case .list(let nodes): nodes.isEmpty ? "none" : list(nodes)
        case .range(let first, let count): "\(count) from \(first) on"
        case .share(let share, let salt): "a share of \(share) (draw \(salt))"
        case .region(let region): "of region \(region)"
        case .except(let others): "except (\(text(others)))"
        }
    }

    private static func text(_ kind: PlannedFault.Kind) -> String {
        switch kind {
        case .partition: "cut off from all others"
        case .deafness: "nothing reaches them"
        case .cut(let others): "cut off from nodes \(text(others))"
        case .oneWayCut(let others): "what they send does not reach nodes \(text(others))"
        case .reset: "their connections are reset"
        case .loss(let share): "loss of \(share)"
        case .delay(let span): "delay of \(span.secondsText)"
        case .duplication(let share): "duplicates of \(share)"
        case .reordering(let share): "\(share) out of order"
        case .crash(let disk): "crash, disk \(disk.rawValue)"
        case .departure: "leave and come back"
        case .stall: "stall"
        case .slowness(let cost): "slow by \(cost.nanoseconds / 1_000) µs an event"
        case .clockStep(let step): "clock steps by \(step / 1_000_000) ms"
        case .clockDrift(let drift): "clock drifts by \(drift) ppm"
        case .malice(let behaviour): "malice: \(text(behaviour))"
        }
    }

    private static func text(_ behaviour: Behaviour) -> String {
        switch behaviour {
        case .blackHole: "answer nothing"
        case .misrouting: "name accomplices only"
        case .poisoning(let rate): "bad entries, \(rate) a second"
        case .replay(let rate): "old entries, \(rate) a second"
        case .equivocation: "two entries with one sequence number"
        case .flooding(let rate): "valid messages, \(rate) a second"
        case .eclipse(let victim): "crowd around node \(victim)"
        case .sybil(let near): "keys next to node \(near)"
        }
    }
}
