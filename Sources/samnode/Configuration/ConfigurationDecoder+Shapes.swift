/// The values of a mapping whose keys are fixed.
struct ConfigurationFields {
    private var values: [String: YAMLNode] = [:]

    init(_ entries: [YAMLEntry]) {
        for entry in entries { values[entry.key] = entry.value }
    }

    subscript(key: String) -> YAMLNode? { values[key] }
}

/// The shapes that a value can have. Each reports what it found when the shape is another one.
extension ConfigurationDecoder {
    /// The fields of a mapping with fixed keys; any other key is a problem.
    mutating func mapping(_ node: YAMLNode, known: [String], context: String) -> ConfigurationFields {
        let found = entries(node, context: context, expected: "a mapping with \(known.asAlternatives)")
        for entry in found where !known.contains(entry.key) {
            let guess = NearestName.of(entry.key, among: known).map { "did you mean \($0.quotedForMessage)? " } ?? ""
            let message = "unknown key \(entry.key.quotedForMessage): \(guess)expected \(known.asAlternatives)"
            report(entry.keyMark, context + message)
        }
        return ConfigurationFields(found.filter { known.contains($0.key) })
    }

    /// The entries of a mapping with free keys.
    mutating func entries(_ node: YAMLNode, context: String, expected: String) -> [YAMLEntry] {
        if case .mapping(let entries) = node.content { return entries }
        reportShape(node, context: context, expected: expected)
        return []
    }

    /// The elements of a list; nothing at all counts as an empty one, because that is what a key whose every line is
    /// commented out leaves behind.
    mutating func elements(_ node: YAMLNode?, context: String, expected: String) -> [YAMLNode] {
        guard let node, node.content != .null else { return [] }
        if case .list(let elements) = node.content { return elements }
        reportShape(node, context: context, expected: expected)
        return []
    }

    mutating func text(_ node: YAMLNode, context: String, expected: String) -> String? {
        guard case .text(let text) = node.content else {
            reportShape(node, context: context, expected: expected)
            return nil
        }
        guard !text.unicodeScalars.contains("\0") else {
            report(node.mark, "\(context)found \(node.found), expected text without a zero byte")
            return nil
        }
        return text
    }

    private mutating func reportShape(_ node: YAMLNode, context: String, expected: String) {
        guard node.content != .unreadable else { return }
        report(node.mark, "\(context)found \(node.found), expected \(expected)")
    }
}

extension [String] {
    /// `a`, `a or b`, `a, b or c`.
    var asAlternatives: String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " or " + last
    }
}
