import Overlay
import YAML

/// What goes wrong.
extension ScenarioDecoder {
    /// Every kind of fault and the keys that only it has.
    static let faultKinds: [(name: String, keys: [String])] = [
        ("partition", []), ("deafness", []), ("cut", ["to"]), ("one-way-cut", ["to"]), ("reset", []),
        ("loss", ["share"]), ("delay", ["by"]), ("duplication", ["share"]), ("reordering", ["share"]),
        ("crash", ["disk"]), ("departure", []), ("stall", []), ("slowness", ["per_event"]), ("clock-step", ["by"]),
        ("clock-drift", ["ppm"]),
        ("black-hole", []), ("misrouting", []), ("poisoning", ["rate"]), ("replay", ["rate"]), ("equivocation", []),
        ("flooding", ["rate"]), ("eclipse", ["victim"]), ("sybil", ["near"]),
    ]

    mutating func faults(_ node: YAMLNode?) {
        let context = "faults: "
        let list = elements(node, context: context, expected: "a list of faults")
        plan.faults = list.compactMap { fault($0, context) }
    }

    private mutating func fault(_ node: YAMLNode, _ context: String) -> PlannedFault? {
        let entries = entries(node, context: context, expected: "a mapping with kind, nodes and from")
        guard case .mapping = node.content else { return nil }
        let names = Self.faultKinds.map(\.name)
        guard let kindNode = entries.first(where: { $0.key == "kind" })?.value else {
            report(node.mark, "\(context)kind: found nothing, expected \(names.asAlternatives)")
            return nil
        }
        guard let name = word(kindNode, context + "kind: ", among: names),
            let keys = Self.faultKinds.first(where: { $0.name == name })?.keys
        else { return nil }
        let context = "\(context)\(name): "
        let fields = mapping(node, known: ["kind", "nodes"] + keys + ["from", "until", "for"], context: context)
        let nodes = requiredSelection(fields["nodes"], context + "nodes: ", in: node)
        let period = period(fields, in: node, first: .zero, context: context)
        let kind = faultKind(name, fields, in: node, context)
        guard let nodes, let period, let kind else { return nil }
        return PlannedFault(kind, of: nodes, from: period.start, until: period.end)
    }

    private mutating func faultKind(
        _ name: String, _ fields: YAMLFields, in node: YAMLNode, _ context: String
    ) -> PlannedFault.Kind? {
        switch name {
        case "partition": return .partition
        case "deafness": return .deafness
        case "cut": return requiredSelection(fields["to"], context + "to: ", in: node).map { .cut(from: $0) }
        case "one-way-cut":
            return requiredSelection(fields["to"], context + "to: ", in: node).map { .oneWayCut(to: $0) }
        case "reset": return .reset
        case "loss": return share(fields, in: node, context).map { .loss($0) }
        case "duplication": return share(fields, in: node, context).map { .duplication($0) }
        case "reordering": return share(fields, in: node, context).map { .reordering($0) }
        case "delay":
            let expected = UnitText.spanExpectation
            return required(fields["by"], context + "by: ", in: node, expected: expected) { UnitText.span($0) }
                .map { .delay($0) }
        default: return nodeFault(name, fields, in: node, context)
        }
    }

    private mutating func nodeFault(
        _ name: String, _ fields: YAMLFields, in node: YAMLNode, _ context: String
    ) -> PlannedFault.Kind? {
        switch name {
        case "crash":
            guard let disk = fields["disk"] else { return .crash(.kept) }
            let word = word(disk, context + "disk: ", among: PlannedFault.Disk.allCases.map(\.rawValue))
            return word.flatMap(PlannedFault.Disk.init).map { .crash($0) }
        case "departure": return .departure
        case "stall": return .stall
        case "slowness":
            let expected = UnitText.spanExpectation
            return required(fields["per_event"], context + "per_event: ", in: node, expected: expected) {
                UnitText.span($0)
            }.map { .slowness($0) }
        case "clock-step":
            let expected = "a length of time with a sign such as -5m or +20s"
            return required(fields["by"], context + "by: ", in: node, expected: expected, UnitText.signedSpan)
                .map { .clockStep($0) }
        case "clock-drift":
            let expected = "parts per million from -100000 to 100000"
            return required(fields["ppm"], context + "ppm: ", in: node, expected: expected) { text in
                Int64(text).flatMap { (-100_000...100_000).contains($0) ? $0 : nil }
            }.map { .clockDrift($0) }
        default: return malice(name, fields, in: node, context).map { .malice($0) }
        }
    }

    private mutating func malice(
        _ name: String, _ fields: YAMLFields, in node: YAMLNode, _ context: String
    ) -> Behaviour? {
        switch name {
        case "black-hole": return .blackHole
        case "misrouting": return .misrouting
        case "equivocation": return .equivocation
        case "poisoning": return perSecond(fields, in: node, context).map { .poisoning(perSecond: $0) }
        case "replay": return perSecond(fields, in: node, context).map { .replay(perSecond: $0) }
        case "flooding": return perSecond(fields, in: node, context).map { .flooding(perSecond: $0) }
        case "eclipse": return target(fields, "victim", in: node, context).map { .eclipse(victim: $0) }
        case "sybil": return target(fields, "near", in: node, context).map { .sybil(near: $0) }
        default: return nil
        }
    }

    private mutating func share(_ fields: YAMLFields, in node: YAMLNode, _ context: String) -> Ratio? {
        required(
            fields["share"], context + "share: ", in: node, expected: UnitText.ratioExpectation, UnitText.ratio)
    }

    /// What each of the nodes does in a second.
    private mutating func perSecond(_ fields: YAMLFields, in node: YAMLNode, _ context: String) -> UInt64? {
        let expected = "a rate for each node such as 10/s"
        return required(fields["rate"], context + "rate: ", in: node, expected: expected) { text in
            UnitText.rate(text, nodes: 1).flatMap { $0.per == .seconds(1) ? UInt64($0.count) : nil }
        }
    }

    private mutating func target(
        _ fields: YAMLFields, _ key: String, in node: YAMLNode, _ context: String
    ) -> NodeIndex? {
        if fields[key] == nil { report(node.mark, "\(context)\(key): found nothing, expected a number of a node") }
        return nodeNumber(fields[key], "\(context)\(key): ")
    }
}
