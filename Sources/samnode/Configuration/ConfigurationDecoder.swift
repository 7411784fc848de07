import Gossip
import Inference
import YAML

/// Turns the tree of a `sam-node.yaml` into types. Goes on after a problem, so that one run shows all of them.
struct ConfigurationDecoder: YAMLDecoding {
    private let file: String
    private(set) var problems: [YAMLFileProblem]

    init(file: String, problems: [YAMLProblem]) {
        self.file = file
        self.problems = problems.map { YAMLFileProblem(file: file, mark: $0.mark, message: $0.message) }
    }

    mutating func configuration(_ root: YAMLNode?) -> NodeConfiguration {
        var configuration = NodeConfiguration()
        guard let root, root.content != .null else { return configuration }
        let known = ["version", "labels", "egress", "discovery", "services", "attenuation", "libp2p", "catalog"]
        let fields = mapping(root, known: known, context: "")
        if let version = fields["version"] { checkVersion(version) }
        configuration.labels = labels(fields["labels"], context: "labels: ")
        configuration.egress = egress(fields["egress"])
        (configuration.localDiscovery, configuration.role) = discovery(fields["discovery"])
        configuration.services = services(fields["services"])
        configuration.attenuation = attenuation(fields["attenuation"])
        configuration.catalogEntries = catalogEntries(fields["catalog"])
        configuration.libp2p = flag(fields["libp2p"], context: "libp2p: ")
        return configuration
    }

    private mutating func flag(_ node: YAMLNode?, context: String) -> Bool {
        let expected = "true or false"
        guard let node, node.content != .null, let text = text(node, context: context, expected: expected) else {
            return false
        }
        guard let flag = Bool(text) else {
            report(node.mark, "\(context)found \(node.found), expected \(expected)")
            return false
        }
        return flag
    }

    private mutating func checkVersion(_ node: YAMLNode) {
        let expected = NodeConfiguration.version
        guard let text = text(node, context: "version: ", expected: expected.quotedForMessage) else { return }
        guard text != expected else { return }
        report(node.mark, "version: found \(node.found), expected \(expected.quotedForMessage)")
    }

    private mutating func egress(_ node: YAMLNode?) -> EgressConfiguration {
        guard let node, node.content != .null else { return EgressConfiguration() }
        let fields = mapping(node, known: ["require_labels"], context: "egress: ")
        let required = labels(fields["require_labels"], context: "egress: require_labels: ")
        return EgressConfiguration(requiredLabels: required)
    }

    private mutating func discovery(_ node: YAMLNode?) -> (LocalNetwork.Mode, Peer.RoleChoice) {
        guard let node, node.content != .null else { return (.auto, .automatic) }
        let fields = mapping(node, known: ["mdns", "role"], context: "discovery: ")
        return (
            choice(fields["mdns"], context: "discovery: mdns: ") ?? .auto,
            choice(fields["role"], context: "discovery: role: ") ?? .automatic
        )
    }

    private mutating func catalogEntries(_ node: YAMLNode?) -> Int? {
        guard let node, node.content != .null else { return nil }
        let fields = mapping(node, known: ["entries"], context: "catalog: ")
        return number(fields["entries"], in: NodeConfiguration.catalogEntries, context: "catalog: entries: ")
    }

    /// Nil when it is not there, or not in the range.
    mutating func number(_ node: YAMLNode?, in range: ClosedRange<Int>, context: String) -> Int? {
        let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
        guard let node, node.content != .null, let text = text(node, context: context, expected: expected) else {
            return nil
        }
        guard let number = Int(text), range.contains(number) else {
            report(node.mark, "\(context)found \(node.found), expected \(expected)")
            return nil
        }
        return number
    }

    /// One of a few words; nil when it is not there, or another.
    private mutating func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ node: YAMLNode?, context: String
    ) -> Value? {
        let expected = Value.allCases.map(\.rawValue).asAlternatives
        guard let node, let text = text(node, context: context, expected: expected) else { return nil }
        if let value = Value(rawValue: text) { return value }
        report(node.mark, "\(context)found \(node.found), expected \(expected)")
        return nil
    }

    mutating func report(_ mark: YAMLMark, _ message: String) {
        problems.append(YAMLFileProblem(file: file, mark: mark, message: message))
    }
}
