import Overlay
import YAML

/// Which nodes something is about.
extension ScenarioDecoder {
    private static let expectation =
        "all, bootstraps, a share such as 1/20, a number, a range such as 10-19, a list of numbers, "
        + "or a mapping with share, region or except"

    mutating func selection(_ node: YAMLNode?, _ context: String) -> NodeSelection? {
        guard let node else { return nil }
        switch node.content {
        case .list:
            let before = problems.count
            let numbers = nodeNumbers(node, context)
            return problems.count == before ? .list(numbers) : nil
        case .mapping: return described(node, context)
        case .text(let text): return named(text, at: node, context)
        case .null, .unreadable:
            reportShape(node, context: context, expected: Self.expectation)
            return nil
        }
    }

    mutating func requiredSelection(_ node: YAMLNode?, _ context: String, in parent: YAMLNode) -> NodeSelection? {
        if node == nil { report(parent.mark, "\(context)found nothing, expected \(Self.expectation)") }
        return selection(node, context)
    }

    /// Numbers of nodes that the world has.
    mutating func nodeNumbers(_ node: YAMLNode?, _ context: String) -> [NodeIndex] {
        elements(node, context: context, expected: "a list of numbers of nodes").compactMap { nodeNumber($0, context) }
    }

    mutating func nodeNumber(_ node: YAMLNode?, _ context: String) -> NodeIndex? {
        let most = plan.nodes - 1
        return value(node, context, expected: "a number of a node, from 0 to \(most)") { text in
            UnitText.count(text).flatMap { $0 <= most ? NodeIndex($0) : nil }
        }
    }

    private mutating func named(_ text: String, at node: YAMLNode, _ context: String) -> NodeSelection? {
        switch text {
        case "all": return .all
        case "bootstraps": return .bootstraps
        default: break
        }
        if text.contains("/") || text.hasSuffix("%"), let share = UnitText.ratio(text) { return .share(share, salt: 0) }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UnitText.count($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
            let hint = NearestName.of(text, among: ["all", "bootstraps"]).map { " (did you mean \"\($0)\"?)" } ?? ""
            report(node.mark, "\(context)found \(node.found), expected \(Self.expectation)\(hint)")
            return nil
        }
        guard last < plan.nodes else {
            let expected = "numbers of nodes from 0 to \(plan.nodes - 1)"
            report(node.mark, "\(context)found \(node.found), expected \(expected)")
            return nil
        }
        return ends.count == 1 ? .list([NodeIndex(first)]) : .range(first: NodeIndex(first), count: last - first + 1)
    }

    private mutating func described(_ node: YAMLNode, _ context: String) -> NodeSelection? {
        let fields = mapping(node, known: ["share", "salt", "region", "except"], context: context)
        let present = ["share", "region", "except"].filter { fields[$0] != nil }
        guard present.count == 1 else {
            let found = present.isEmpty ? "none of them" : present.joined(separator: " and ")
            report(node.mark, "\(context)found \(found), expected one of share, region or except")
            return nil
        }
        if let salt = fields["salt"], fields["share"] == nil {
            report(salt.mark, "\(context)salt: found it without share, expected it beside share only")
        }
        if let share = fields["share"] {
            let salt = value(fields["salt"], context + "salt: ", expected: "a whole number") { UInt64($0) }
            return ratio(share, context + "share: ").map { .share($0, salt: salt ?? 0) }
        }
        if let region = fields["region"] { return self.region(region, context + "region: ") }
        return selection(fields["except"], context + "except: ").map { .except($0) }
    }

    /// By name, or by number.
    private mutating func region(_ node: YAMLNode, _ context: String) -> NodeSelection? {
        let names = plan.latency.regionNames
        guard !names.isEmpty else {
            let expected = "another selection, because only geographic latency and a matrix have regions"
            report(node.mark, "\(context)found \(node.found), expected \(expected)")
            return nil
        }
        if case .text(let text) = node.content, let number = UnitText.count(text), number < names.count {
            return .region(number)
        }
        return word(node, context, among: names).flatMap { names.firstIndex(of: $0) }.map { .region($0) }
    }
}
