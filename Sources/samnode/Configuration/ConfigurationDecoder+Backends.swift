import Gossip
import YAML

extension ConfigurationDecoder {
    /// Where a service's requests go: `target_url` for every type, or `command` with `env` for MCP alone.
    mutating func backend(
        _ fields: YAMLFields, type: ServiceType, in service: YAMLNode, context: String
    ) -> ServiceConfiguration.Backend? {
        if type != .mcp, refuseCommand(fields, type: type, context: context) { return nil }
        switch (fields["target_url"], fields["command"]) {
        case (let url?, nil):
            if let environment = fields["env"] {
                report(environment.mark, "\(context)env: found it without command, expected it beside command only")
                return nil
            }
            return targetURL(url, type: type, context: context).map { .url($0) }
        case (nil, let command?):
            let arguments = arguments(command, context: context)
            let environment = environment(fields["env"], context: context)
            guard let arguments, let environment else { return nil }
            return .command(BackendCommand(arguments: arguments, environment: environment))
        case (.some, let command?):
            report(command.mark, "\(context)found target_url and command, expected one of them")
            return nil
        case (nil, nil):
            let expected = type == .mcp ? "target_url or command" : "target_url"
            report(service.mark, "\(context)found no backend, expected \(expected)")
            return nil
        }
    }

    private mutating func refuseCommand(_ fields: YAMLFields, type: ServiceType, context: String) -> Bool {
        guard let node = fields["command"] ?? fields["env"] else { return false }
        let key = fields["command"] == nil ? "env" : "command"
        let services = type == .inference ? "Inference services" : "\(type.text) services"
        report(
            node.mark, "\(context)\(services) accept only target_url: found \(key), expected it for mcp services only")
        return true
    }

    private mutating func targetURL(_ node: YAMLNode, type: ServiceType, context: String) -> BackendURL? {
        let context = context + "target_url: "
        let expected = "a URL like http://localhost:4000"
        guard let text = text(node, context: context, expected: expected) else { return nil }
        do throws(BackendURLError) {
            let url = try BackendURL(text: text)
            // Requests bring their own /v1, so that it would come twice.
            if type == .inference, url.basePath == "/v1" || url.basePath.hasSuffix("/v1") {
                let root = String(url.text.dropLast(3)).quotedForMessage
                report(node.mark, "\(context)found \(node.found), expected the root URL without /v1: \(root)")
                return nil
            }
            return url
        } catch {
            report(node.mark, "\(context)found \(node.found), expected \(error)")
            return nil
        }
    }

    private mutating func arguments(_ node: YAMLNode, context: String) -> [String]? {
        let context = context + "command: "
        let expected = "a list with a program and its arguments, like [\"npx\", \"-y\", \"server\"]"
        guard case .list(let list) = node.content, !list.isEmpty else {
            report(node.mark, "\(context)found \(node.found), expected \(expected)")
            return nil
        }
        let before = problems.count
        let arguments = list.compactMap { text($0, context: context, expected: "text") }
        if arguments.first == "" {
            report(list[0].mark, "\(context)found an empty program name, expected the program to run")
        }
        return problems.count == before ? arguments : nil
    }

    private mutating func environment(_ node: YAMLNode?, context: String) -> [BackendCommand.Variable]? {
        guard let node, node.content != .null else { return [] }
        let context = context + "env: "
        let before = problems.count
        var variables: [BackendCommand.Variable] = []
        for entry in entries(node, context: context, expected: "a mapping of names to values") {
            if entry.key.isEmpty || entry.key.contains("=") || entry.key.unicodeScalars.contains("\0") {
                report(
                    entry.keyMark, "\(context)found the name \(entry.key.quotedForMessage), expected one without \"=\"")
            }
            guard let value = text(entry.value, context: "\(context)\(entry.key): ", expected: "text") else { continue }
            variables.append(BackendCommand.Variable(name: entry.key, value: value))
        }
        return problems.count == before ? variables.sorted { $0.name < $1.name } : nil
    }
}
