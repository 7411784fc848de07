/// Turns a tree into types, and goes on after a problem, so that one run shows all of them.
///
/// What comes with it are the shapes that a value can have; each reports what it found when the shape is another one.
public protocol YAMLDecoding {
    /// Takes down a problem.
    mutating func report(_ mark: YAMLMark, _ message: String)
}

/// The values of a mapping whose keys are fixed.
public struct YAMLFields {
    private var values: [String: YAMLNode] = [:]

    init(_ entries: [YAMLEntry]) {
        for entry in entries { values[entry.key] = entry.value }
    }

    /// Nil when the mapping does not have the key.
    public subscript(key: String) -> YAMLNode? { values[key] }
}

extension YAMLDecoding {
    /// The fields of a mapping with fixed keys; any other key is a problem.
    public mutating func mapping(_ node: YAMLNode, known: [String], context: String) -> YAMLFields {
        let found = entries(node, context: context, expected: "a mapping with \(known.asAlternatives)")
        for entry in found where !known.contains(entry.key) {
            let guess = NearestName.of(entry.key, among: known).map { "did you mean \($0.quotedForMessage)? " } ?? ""
            let message = "unknown key \(entry.key.quotedForMessage): \(guess)expected \(known.asAlternatives)"
            report(entry.keyMark, context + message)
        }
        return YAMLFields(found.filter { known.contains($0.key) })
    }

    /// The entries of a mapping with free keys.
    public mutating func entries(_ node: YAMLNode, context: String, expected: String) -> [YAMLEntry] {
        if case .mapping(let entries) = node.content { return entries }
        reportShape(node, context: context, expected: expected)
        return []
    }

    /// The elements of a list; nothing at all counts as an empty one, because that is what a key whose every line is
    /// commented out leaves behind.
    public mutating func elements(_ node: YAMLNode?, context: String, expected: String) -> [YAMLNode] {
        guard let node, node.content != .null else { return [] }
        if case .list(let elements) = node.content { return elements }
        reportShape(node, context: context, expected: expected)
        return []
    }

    /// A text; nil when it is none, which is reported.
    public mutating func text(_ node: YAMLNode, context: String, expected: String) -> String? {
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

    /// That something else was expected here; says nothing about what was reported already.
    public mutating func reportShape(_ node: YAMLNode, context: String, expected: String) {
        guard node.content != .unreadable else { return }
        report(node.mark, "\(context)found \(node.found), expected \(expected)")
    }
}
