import Overlay
import YAML

/// What users do, and who comes and goes.
extension ScenarioDecoder {
    mutating func churn(_ node: YAMLNode?) {
        guard let node, node.content != .null else { return }
        let context = "churn: "
        let fields = mapping(node, known: ["model", "speedup", "nodes", "from", "until", "for"], context: context)
        guard case .mapping = node.content else { return }
        let words = Churn.Model.allCases.map(\.rawValue)
        if fields["model"] == nil { report(node.mark, "churn: model: found nothing, expected \(words.asAlternatives)") }
        let model = word(fields["model"], context + "model: ", among: words).flatMap(Churn.Model.init)
        let speedup = count(fields["speedup"], context + "speedup: ", in: 1...100_000) ?? 1
        let nodes = selection(fields["nodes"], context + "nodes: ") ?? .except(.bootstraps)
        let period = period(fields, in: node, first: plan.joinWindow, context: context)
        guard let model, let period else { return }
        plan.churn = Churn(model, speedup: UInt64(speedup), of: nodes, from: period.start, until: period.end)
    }

    mutating func workloads(_ node: YAMLNode?) {
        let context = "workloads: "
        let list = elements(node, context: context, expected: "a list of workloads")
        plan.workloads = list.compactMap { workload($0, context) }
    }

    private mutating func workload(_ node: YAMLNode, _ context: String) -> Workload? {
        let fields = mapping(node, known: ["kind", "rate", "bytes", "by", "from", "until", "for"], context: context)
        guard case .mapping = node.content else { return nil }
        let kinds = ["update", "lookup", "request"]
        if fields["kind"] == nil {
            report(node.mark, "\(context)kind: found nothing, expected \(kinds.asAlternatives)")
        }
        let kind = word(fields["kind"], context + "kind: ", among: kinds)
        let context = kind.map { "\(context)\($0): " } ?? context
        if let bytes = fields["bytes"], kind != nil, kind != "request" {
            report(bytes.mark, "\(context)bytes: found it here, expected it for request only")
        }
        let bytes = requestLength(fields["bytes"], context + "bytes: ") ?? 1_024
        let nodes = plan.nodes
        let rate = required(fields["rate"], context + "rate: ", in: node, expected: UnitText.rateExpectation) {
            UnitText.rate($0, nodes: nodes)
        }
        let by = selection(fields["by"], context + "by: ") ?? .all
        let period = period(fields, in: node, first: plan.joinWindow, context: context)
        guard let kind, let rate, let period else { return nil }
        let meaning: Workload.Kind =
            switch kind {
            case "update": .update
            case "lookup": .lookup
            default: .request(bytes: bytes)
            }
        return Workload(
            meaning, rate.count, per: rate.per, from: period.start, until: period.end ?? plan.duration, by: by)
    }

    private mutating func requestLength(_ node: YAMLNode?, _ context: String) -> Int? {
        let lengths = ScenarioSettings.requestLengths
        let expected = "\(UnitText.bytesExpectation), at most \(lengths.upperBound / 1_048_576)MiB"
        return value(node, context, expected: expected) { text in
            UnitText.bytes(text).flatMap { lengths.contains($0) ? $0 : nil }
        }
    }
}
