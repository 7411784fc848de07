import Gossip
import Overlay
import YAML

/// Who there is, and for how long.
extension ScenarioDecoder {
    static let runKeys = ["duration", "settle", "fidelity"]
    static let populationKeys = [
        "nodes", "bootstraps", "publishers", "services", "join", "profile", "clock_skew", "absent",
    ]

    mutating func run(_ node: YAMLNode?, in root: YAMLNode) {
        let context = "run: "
        guard let node else { return report(root.mark, "run: found nothing, expected a mapping with duration") }
        let fields = mapping(node, known: Self.runKeys, context: context)
        guard case .mapping = node.content else { return }
        let least = ScenarioSettings.leastDuration
        let expected = "\(UnitText.spanExpectation) of at least \(least.shortText)"
        let duration = required(fields["duration"], context + "duration: ", in: node, expected: expected) { text in
            UnitText.span(text).flatMap { $0 >= least ? $0 : nil }
        }
        if let duration { plan.duration = duration }
        if let settle = span(fields["settle"], context + "settle: ", atLeast: .seconds(1)) { plan.settleLimit = settle }
        plan.fidelity = .values
        let words = Fidelity.allCases.map(\.rawValue)
        if let word = word(fields["fidelity"], context + "fidelity: ", among: words) {
            plan.fidelity = Fidelity(rawValue: word) ?? plan.fidelity
        }
    }

    mutating func population(_ node: YAMLNode?, in root: YAMLNode) {
        let context = "population: "
        guard let node else { return report(root.mark, "population: found nothing, expected a mapping with nodes") }
        let fields = mapping(node, known: Self.populationKeys, context: context)
        guard case .mapping = node.content else { return }
        let most = min(AddressPlan.capacity, ScenarioSettings.mostNodes)
        let expected = "a whole number from 1 to \(most)"
        let nodes = required(fields["nodes"], context + "nodes: ", in: node, expected: expected) { text in
            UnitText.count(text).flatMap { (1...most).contains($0) ? $0 : nil }
        }
        plan.nodes = nodes ?? plan.nodes
        plan.bootstraps = min(plan.bootstraps, plan.nodes)
        if let count = count(fields["bootstraps"], context + "bootstraps: ", in: 1...plan.nodes) {
            plan.bootstraps = count
        }
        plan.publishers = publishers(fields["publishers"], context + "publishers: ") ?? plan.nodes
        let services = 0...EntryContents.serviceCapacity
        if let count = count(fields["services"], context + "services: ", in: services) {
            plan.servicesPerPublisher = count
        }
        if let join = moment(fields["join"], context + "join: ") { plan.joinWindow = join }
        plan.joinWindow = min(plan.joinWindow, plan.duration)
        let words = Profile.allCases.map(\.rawValue)
        if let word = word(fields["profile"], context + "profile: ", among: words) {
            plan.profile = Profile(rawValue: word) ?? plan.profile
        }
        if let skew = span(fields["clock_skew"], context + "clock_skew: ") { plan.clockSkew = skew }
        plan.absent = Set(nodeNumbers(fields["absent"], context + "absent: "))
    }

    /// A number, a share of the nodes, or `all`.
    private mutating func publishers(_ node: YAMLNode?, _ context: String) -> Int? {
        let nodes = plan.nodes
        let expected = "all, a number from 0 to \(nodes), or a share such as 1/10"
        return value(node, context, expected: expected) { text in
            if text == "all" { return nodes }
            if let count = UnitText.count(text) { return count <= nodes ? count : nil }
            return UnitText.ratio(text).map { nodes.times($0) }
        }
    }
}
