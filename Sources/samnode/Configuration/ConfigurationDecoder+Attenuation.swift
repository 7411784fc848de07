import Biscuit
import Inference
import YAML

extension ConfigurationDecoder {
    /// The operator's own rules, policies and checks, each parsed here so that a slip shows when the node starts.
    mutating func attenuation(_ node: YAMLNode?) -> LocalPolicy {
        var policy = LocalPolicy()
        guard let node, node.content != .null else { return policy }
        let fields = mapping(node, known: ["rules", "policies", "checks"], context: "attenuation: ")
        add(.rule, fields["rules"], key: "rules", to: &policy)
        add(.policy, fields["policies"], key: "policies", to: &policy)
        add(.check, fields["checks"], key: "checks", to: &policy)
        return policy
    }

    private mutating func add(_ kind: LocalPolicy.Kind, _ node: YAMLNode?, key: String, to policy: inout LocalPolicy) {
        let context = "attenuation: \(key): "
        for element in elements(node, context: context, expected: "a list of Datalog texts") {
            guard let source = text(element, context: context, expected: "a Datalog text in quotes") else { continue }
            do throws(SyntaxError) {
                try policy.add(kind, source)
            } catch {
                let place = "at line \(error.line), column \(error.column) of the text"
                let syntax = "invalid local \(kind.rawValue) syntax \(source.quotedForMessage)"
                report(element.mark, "attenuation: \(syntax): \(error.message) (\(place))")
            }
        }
    }
}
