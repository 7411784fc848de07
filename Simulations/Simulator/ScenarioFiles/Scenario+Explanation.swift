import Overlay

extension Scenario {
    /// Everything that follows from the file, in words, over several lines.
    public var explanation: String {
        let parts: [(String, [String])] = [
            ("Nodes", population), ("Network", network), ("What users do", plan.workloads.map(words)),
            ("Who comes and goes", [churn]), ("What goes wrong", plan.faults.map { $0.words(in: plan) }),
            ("When", moments), ("What must hold", demands), ("Who runs beside", opponents), ("Sizes", sizes),
        ]
        let sections = parts.map { title, lines in
            ([title + ":"] + (lines.isEmpty ? ["nothing"] : lines).map { "  " + $0 }).joined(separator: "\n")
        }
        let head = description.isEmpty ? "\(name): \(title)" : "\(name): \(title)\n\(description)"
        return ([head] + sections).joined(separator: "\n")
    }

    private var population: [String] {
        var lines = ["\(plan.nodes) nodes, \(plan.bootstraps) of them known to all and there from the start"]
        lines.append("the others start within \(plan.joinWindow.shortText), each at a drawn moment")
        lines.append("\(plan.publishers) publishers, spread evenly, with \(plan.servicesPerPublisher) services each")
        if !plan.absent.isEmpty {
            let numbers = plan.absent.sorted().map(\.description).joined(separator: ", ")
            lines.append("never there: \(numbers)")
        }
        lines.append(
            "calendars up to \(plan.clockSkew.shortText) wrong, settings of the \(plan.profile.rawValue) profile")
        lines += plan.knobs.map { "every core with \($0)" }
        return lines
    }

    private var network: [String] {
        let bandwidth = plan.bandwidth.map { "\($0) bytes a second each way" } ?? "unlimited"
        return [
            "one-way latency \(plan.latency.words), up to \(plan.jitterPercent) % on top for each packet",
            "\(plan.loss) of the packets lost, \(plan.duplication) of the datagrams doubled",
            "bandwidth \(bandwidth), packets of \(plan.packetLength) bytes",
        ]
            + (plan.burstLoss.map { bursts in
                [
                    "in bursts: each direction of an access link is badly off \(bursts.badShare) of the time, "
                        + "\(bursts.meanBad.shortText) at once, and loses \(bursts.loss) then"
                ]
            } ?? [])
            + plan.translators.map { translator in
                "\(translator.nodes.words(in: plan)) behind a translator: mapping \(translator.kind.mapping.words), "
                    + "filtering \(translator.kind.filtering.words), forgets after \(translator.kind.timeout.shortText)"
            }
    }

    private func words(_ workload: Workload) -> String {
        let kind =
            switch workload.kind {
            case .update: "updates of entries"
            case .lookup: "lookups of other nodes"
            case .request(let bytes): "requests of \(bytes) bytes"
            }
        let length = workload.end.nanoseconds - min(workload.start.nanoseconds, workload.end.nanoseconds)
        let all = UInt64(workload.count).multipliedFullWidth(by: length)
        let per = max(1, workload.per.nanoseconds)
        let count = all.high < per ? "about \(per.dividingFullWidth(all).quotient) in all" : "very many"
        return "\(workload.count) \(kind) per \(workload.per.shortText) by \(workload.nodes.words(in: plan)), "
            + "from \(workload.start.shortText) until \(workload.end.shortText): \(count)"
    }

    private var churn: String {
        guard let churn = plan.churn else { return "nobody" }
        let speed = churn.speedup == 1 ? "" : ", \(churn.speedup) times as fast"
        return
            "\(churn.nodes.words(in: plan)), as in \(churn.model.words)\(speed), from \(churn.start.shortText) until "
            + (churn.end ?? plan.duration).shortText
    }

    private var moments: [String] {
        [
            "0s to \(plan.duration.shortText): faults, churn and users; only what must hold always is checked",
            "then faults end but malice, everybody is back, and all has to settle within \(plan.settleLimit.shortText)",
            "messages travel as \(plan.fidelity.words)",
        ]
    }

    private var demands: [String] {
        let properties = "every property of the simulator, always, and convergence in the end"
        return [properties]
            + criteria.map { criterion in
                let meaning = FigureMeaning.all.first { $0.name == criterion.figure }?.meaning ?? ""
                return "\(criterion): \(meaning)"
            }
    }

    private var sizes: [String] {
        let lines = ["standard: \(standard.nodes) nodes for \(standard.duration.shortText)"]
        return lines + (large.map { ["large: \($0.nodes) nodes for \($0.duration.shortText)"] } ?? [])
    }
}

extension LatencyModel {
    /// For sentences that begin with `latency`.
    fileprivate var words: String {
        switch self {
        case .uniform(let range) where range.shortest == range.longest: "of \(range.shortest.shortText)"
        case .uniform(let range):
            "drawn evenly from \(range.shortest.shortText) to \(range.longest.shortText) for each pair"
        case .logNormal(let median, let spread):
            "drawn for each pair, log-normal around \(median.shortText) with a spread of \(spread)/1000"
        case .geographic: "by places on a map and both ends' last miles"
        case .matrix(let rows): "between \(rows.count) regions by a matrix"
        }
    }
}

extension NATKind.Dependence {
    fileprivate var words: String {
        switch self {
        case .endpointIndependent: "for every endpoint alike"
        case .addressDependent: "by address"
        case .addressAndPortDependent: "by address and port"
        }
    }
}

extension Churn.Model {
    fileprivate var words: String {
        switch self {
        case .ipfs2022: "IPFS in 2022"
        case .kad: "KAD"
        case .bamboo: "the harshest runs of Bamboo"
        }
    }
}

extension Fidelity {
    fileprivate var words: String {
        switch self {
        case .values: "values that nobody encodes"
        case .encoded: "bytes that are encoded and read"
        case .real: "bytes through real handshakes and real signatures"
        }
    }
}
