import Overlay
import Simulator

/// A plan in text: every option by name, and its faults as the records keep them.
struct PlanDescription {
    private let plan: Plan

    init(_ plan: Plan) {
        self.plan = plan
    }

    /// All of them, those with usual values too, in the order of ``Plan``.
    var options: [RecordedOption] { population + network + happenings }

    private var population: [RecordedOption] {
        [
            RecordedOption("seed", "\(plan.seed)"),
            RecordedOption("fidelity", plan.fidelity.rawValue),
            RecordedOption("threads", "\(plan.threads)"),
            RecordedOption("nodes", "\(plan.nodes)"),
            RecordedOption("absent", PlanWords.numbers(plan.absent.sorted())),
            RecordedOption("bootstraps", "\(plan.bootstraps)"),
            RecordedOption("publishers", "\(plan.publishers)"),
            RecordedOption("servicesPerPublisher", "\(plan.servicesPerPublisher)"),
            RecordedOption("joinWindow", PlanWords.span(plan.joinWindow)),
            RecordedOption("profile", plan.profile.rawValue),
            RecordedOption("clockSkew", PlanWords.span(plan.clockSkew)),
        ] + plan.knobs.map { RecordedOption("knob", $0.description) }
    }

    private var network: [RecordedOption] {
        [
            RecordedOption("latency", PlanWords.latency(plan.latency)),
            RecordedOption("jitter", "\(plan.jitterPercent) %"),
            RecordedOption("loss", plan.loss.description),
            RecordedOption("burstLoss", plan.burstLoss.map(PlanWords.bursts) ?? "none"),
            RecordedOption("duplication", plan.duplication.description),
            RecordedOption("bandwidth", plan.bandwidth.map { "\($0) B/s" } ?? "no limit"),
            RecordedOption("packetLength", "\(plan.packetLength) B"),
        ] + plan.translators.map { RecordedOption("translator", PlanWords.translator($0)) }
    }

    private var happenings: [RecordedOption] {
        [RecordedOption("duration", PlanWords.span(plan.duration))]
            + plan.workloads.map { RecordedOption("workload", PlanWords.workload($0)) }
            + [RecordedOption("churn", plan.churn.map(PlanWords.churn) ?? "none")]
            + plan.faults.map { RecordedOption("fault", PlanWords.fault($0)) }
            + [RecordedOption("settleLimit", PlanWords.span(plan.settleLimit))]
    }

    var faults: [RecordedFault] {
        plan.faults.map { fault in
            var end = (fault.end ?? plan.duration).milliseconds
            // Faults end when the world is given time to settle, but malice stays.
            if fault.end == nil, case .malice = fault.kind { end = .max }
            return RecordedFault(
                start: fault.start.milliseconds, end: end == .max ? nil : end, text: PlanWords.happening(fault))
        }
    }
}
