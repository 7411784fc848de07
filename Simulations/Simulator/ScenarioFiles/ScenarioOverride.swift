import YAML

/// A value that stands in for one of a scenario file: `--set loss=1/20` of the command line, or a line of `large`.
public struct ScenarioOverride: Sendable {
    /// Where the value belongs, such as `network.loss` or `faults.0.nodes`.
    var path: [String]
    var pathMark: YAMLMark
    var value: YAMLNode

    /// Sections and the keys that may be written without them.
    private static let sections: [(name: String, keys: [String])] = [
        ("population", ScenarioDecoder.populationKeys), ("network", ScenarioDecoder.networkKeys),
        ("run", ScenarioDecoder.runKeys),
    ]

    init(_ entry: YAMLEntry) {
        path = Self.path(entry.key)
        pathMark = entry.keyMark
        value = entry.value
    }

    private static func path(_ text: String) -> [String] {
        let path = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard path.count == 1, let section = sections.first(where: { $0.keys.contains(path[0]) }) else { return path }
        return [section.name] + path
    }

    /// Puts the value where it belongs. Steps that are not there are made, so that what is wrong with them is found where
    /// everything else is.
    /// - Returns: what is wrong with the path itself; nil when it could be followed.
    func apply(to root: inout YAMLNode) -> String? {
        Self.set(value, at: path[...], in: &root, mark: pathMark)
    }

    private static func set(_ value: YAMLNode, at path: ArraySlice<String>, in node: inout YAMLNode, mark: YAMLMark)
        -> String?
    {
        guard let step = path.first else {
            node = value
            return nil
        }
        switch node.content {
        case .mapping(var entries):
            if let place = entries.firstIndex(where: { $0.key == step }) {
                defer { node.content = .mapping(entries) }
                return set(value, at: path.dropFirst(), in: &entries[place].value, mark: mark)
            }
            var made = YAMLNode(mark: mark, content: .mapping([]))
            let problem = set(value, at: path.dropFirst(), in: &made, mark: mark)
            node.content = .mapping(entries + [YAMLEntry(key: step, keyMark: mark, value: made)])
            return problem
        case .list(var elements):
            guard let index = Int(step), elements.indices.contains(index) else {
                let most = elements.count - 1
                let expected = elements.isEmpty ? "no number, because the list is empty" : "a number from 0 to \(most)"
                return "found the list element \(step.quotedForMessage), expected \(expected)"
            }
            defer { node.content = .list(elements) }
            return set(value, at: path.dropFirst(), in: &elements[index], mark: mark)
        case .null, .text, .unreadable:
            node = YAMLNode(mark: mark, content: .mapping([]))
            return set(value, at: path, in: &node, mark: mark)
        }
    }
}
