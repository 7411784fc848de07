import Overlay
import Simulator

/// The parts of a plan in words.
enum PlanWords {
    /// The largest unit that says it exactly: `90 s`, `20 min`, `1500 ms`.
    static func span(_ span: TimeSpan) -> String {
        let units: [(UInt64, String)] = [
            (3_600_000_000_000, "h"), (60_000_000_000, "min"), (1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"),
        ]
        for (length, name) in units where span.nanoseconds >= length && span.nanoseconds.isMultiple(of: length) {
            return "\(span.nanoseconds / length) \(name)"
        }
        return span.nanoseconds == 0 ? "0 s" : "\(span.nanoseconds) ns"
    }

    /// The first ones, and how many there are.
    static func numbers(_ nodes: [NodeIndex]) -> String {
        guard !nodes.isEmpty else { return "none" }
        let shown = nodes.prefix(12).map(\.description).joined(separator: ", ")
        return nodes.count > 12 ? "\(shown) and \(nodes.count - 12) more" : shown
    }

    static func nodes(_ selection: NodeSelection) -> String {
        switch selection {
        case .all: "all nodes"
        case .bootstraps: "the bootstraps"
        case .list(let nodes): (nodes.count == 1 ? "node " : "nodes ") + numbers(nodes)
        case .range(let first, let count):
            count == 1 ? "node \(first)" : "nodes \(first) to \(Int(first.number) + max(count, 1) - 1)"
        case .share(let share, let salt): "\(share) of the nodes (draw \(salt))"
        case .region(let region): "region \(region)"
        case .except(let others): "all but \(nodes(others))"
        }
    }

    static func latency(_ model: LatencyModel) -> String {
        switch model {
        case .uniform(let range): "even from \(span(range.shortest)) to \(span(range.longest))"
        case .logNormal(let median, let spread): "log-normal, median \(span(median)), spread \(spread)/1000"
        case .geographic: "by places on a map"
        case .matrix(let rows): "matrix of \(rows.count) regions"
        }
    }

    static func bursts(_ bursts: BurstLoss) -> String {
        "\(bursts.loss) while badly off, which is \(bursts.badShare) of the time, \(span(bursts.meanBad)) each"
    }

    static func translator(_ translator: Plan.Translator) -> String {
        let kind = translator.kind
        return "\(nodes(translator.nodes)): mapping \(kind.mapping.rawValue), filtering \(kind.filtering.rawValue), "
            + "forgets after \(span(kind.timeout)), \(kind.hasHairpin ? "hairpin" : "no hairpin"), "
            + (kind.preservesPorts ? "keeps ports" : "other ports")
    }

    static func workload(_ workload: Workload) -> String {
        let what =
            switch workload.kind {
            case .update: "updates"
            case .lookup: "lookups"
            case .request(let bytes): "requests of \(bytes) B"
            }
        return "\(workload.count) \(what) per \(span(workload.per)) by \(nodes(workload.nodes)), "
            + "from \(span(workload.start)) to \(span(workload.end))"
    }

    static func churn(_ churn: Churn) -> String {
        let end = churn.end.map { " to \(span($0))" } ?? ""
        let speedup = churn.speedup == 1 ? "" : ", \(churn.speedup) times as fast"
        return "\(churn.model.rawValue)\(speedup), \(nodes(churn.nodes)), from \(span(churn.start))\(end)"
    }

    static func fault(_ fault: PlannedFault) -> String {
        let end = fault.end.map { " to \(span($0))" } ?? " on"
        return "\(happening(fault)), from \(span(fault.start))\(end)"
    }

    /// What goes wrong and for whom, without the time.
    static func happening(_ fault: PlannedFault) -> String {
        "\(kind(fault.kind)): \(nodes(fault.nodes))"
    }

    private static func kind(_ kind: PlannedFault.Kind) -> String {
        switch kind {
        case .partition: "partition"
        case .deafness: "deafness"
        case .cut(let others): "cut from \(nodes(others))"
        case .oneWayCut(let others): "one-way cut to \(nodes(others))"
        case .reset: "reset of connections"
        case .loss(let share): "loss \(share)"
        case .delay(let time): "delay \(span(time))"
        case .duplication(let share): "duplication \(share)"
        case .reordering(let share): "reordering \(share)"
        case .crash(let disk): "crash, disk \(disk.rawValue)"
        case .departure: "departure"
        case .stall: "stall"
        case .slowness(let time): "slowness, \(span(time)) per event"
        case .clockStep(let step): "clock step \(signedSpan(step))"
        case .clockDrift(let drift): "clock drift \(drift) ppm"
        case .malice(let behaviour): malice(behaviour)
        }
    }

    private static func signedSpan(_ nanoseconds: Int64) -> String {
        (nanoseconds < 0 ? "-" : "+") + span(TimeSpan(nanoseconds: nanoseconds.magnitude))
    }

    private static func malice(_ behaviour: Behaviour) -> String {
        switch behaviour {
        case .blackHole: "black hole"
        case .misrouting: "misrouting"
        case .poisoning(let rate): "poisoning, \(rate)/s"
        case .replay(let rate): "replay, \(rate)/s"
        case .equivocation: "equivocation"
        case .flooding(let rate): "flooding, \(rate)/s"
        case .eclipse(let victim): "eclipse of node \(victim)"
        case .sybil(let target): "sybils near node \(target)"
        }
    }
}
