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
        let known = ["version", "labels", "egress", "discovery", "services", "attenuation", "libp2p"]
        let fields = mapping(root, known: known, context: "")
        if let version = fields["version"] { checkVersion(version) }
        configuration.labels = labels(fields["labels"], context: "labels: ")
        configuration.egress = egress(fields["egress"])
        configuration.localDiscovery = localDiscovery(fields["discovery"])
        configuration.services = services(fields["services"])
        configuration.attenuation = attenuation(fields["attenuation"])
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

    private mutating func localDiscovery(_ node: YAMLNode?) -> LocalNetwork.Mode {
        guard let node, node.content != .null else { return .auto }
        let fields = mapping(node, known: ["mdns"], context: "discovery: ")
        let expected = LocalNetwork.Mode.allCases.map(\.rawValue).asAlternatives
        guard let value = fields["mdns"],
            let text = text(value, context: "discovery: mdns: ", expected: expected)
        else { return .auto }
        if let mode = LocalNetwork.Mode(rawValue: text) { return mode }
        report(value.mark, "discovery: mdns: found \(value.found), expected \(expected)")
        return .auto
    }

    mutating func report(_ mark: YAMLMark, _ message: String) {
        problems.append(YAMLFileProblem(file: file, mark: mark, message: message))
    }
}
