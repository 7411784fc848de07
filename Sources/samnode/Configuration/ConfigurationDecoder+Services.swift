import Foundation
import Gossip
import Inference
import YAML

extension ConfigurationDecoder {
    private static let serviceKeys = ["type", "name", "description", "target_url", "slots", "command", "env"]
    private static let nameExpectation =
        "parts of 1 to 63 letters, digits, \"_\" or \"-\", joined by dots "
        + "(at most \(ServiceName.maximumLength) characters)"

    mutating func services(_ node: YAMLNode?) -> [ServiceConfiguration] {
        let list = elements(node, context: "services: ", expected: "a list of services")
        var firstLines: [ServiceName: Int] = [:]
        var services: [ServiceConfiguration] = []
        for (index, element) in list.enumerated() {
            let context = "invalid service config at index \(index): "
            guard let service = service(element, context: context) else { continue }
            if let line = firstLines[service.name] {
                let found = service.name.description.quotedForMessage
                report(
                    element.mark,
                    "\(context)found \(found) a second time, expected each service once (first at line \(line))")
            } else {
                firstLines[service.name] = element.mark.line
                services.append(service)
            }
        }
        return services
    }

    private mutating func service(_ node: YAMLNode, context: String) -> ServiceConfiguration? {
        let fields = mapping(node, known: Self.serviceKeys, context: context)
        guard case .mapping = node.content else { return nil }
        let type = serviceType(fields["type"], in: node, context: context)
        let name = serviceName(fields["name"], type: type, in: node, context: context)
        let description = description(fields["description"], of: name, context: context)
        // Held to what the node serves at once in all.
        let slots = number(fields["slots"], in: 1...CircuitSettings().mostServed, context: context + "slots: ")
        guard let type else { return nil }
        let backend = backend(fields, type: type, in: node, context: context)
        guard let name, let description, let backend else { return nil }
        return ServiceConfiguration(name: name, description: description, backend: backend, slots: slots)
    }

    private mutating func serviceType(_ node: YAMLNode?, in service: YAMLNode, context: String) -> ServiceType? {
        let expected = ServiceType.allCases.map(\.text).asAlternatives
        guard let node else {
            report(service.mark, "\(context)type: found nothing, expected \(expected)")
            return nil
        }
        guard let text = text(node, context: context + "type: ", expected: expected) else { return nil }
        if let type = ServiceType(text: text) { return type }
        let guess = NearestName.of(text, among: ServiceType.allCases.map(\.text))
        let hint = guess.map { " (did you mean \($0.quotedForMessage)?)" } ?? ""
        report(node.mark, "\(context)type: found \(node.found), expected \(expected)\(hint)")
        return nil
    }

    private mutating func serviceName(
        _ node: YAMLNode?, type: ServiceType?, in service: YAMLNode, context: String
    ) -> ServiceName? {
        guard let node else {
            report(service.mark, "\(context)name: found nothing, expected \(Self.nameExpectation)")
            return nil
        }
        guard let text = text(node, context: context + "name: ", expected: Self.nameExpectation) else { return nil }
        // Without a readable type the name is still worth checking; any type has the same rule.
        guard let name = ServiceName(type: type ?? .inference, name: text) else {
            report(node.mark, "\(context)name: found \(node.found), expected \(Self.nameExpectation)")
            return nil
        }
        return name
    }

    /// `nil` when it is wrong, empty when it is absent. Held to what the catalog can carry.
    private mutating func description(
        _ node: YAMLNode?, of name: ServiceName?, context: String
    ) -> String? {
        guard let node, node.content != .null else { return "" }
        let limit = ServiceOffer.maximumSummaryLength
        let expected = "text of at most \(limit) bytes without control characters"
        guard let text = text(node, context: context + "description: ", expected: expected) else { return nil }
        let summary = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let name, (try? ServiceOffer(name: name, summary: summary)) == nil else { return summary }
        report(
            node.mark, "\(context)description: found \(node.found) (\(summary.utf8.count) bytes), expected \(expected)")
        return nil
    }
}
