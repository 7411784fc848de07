/// Assembles the tree from the parser's events; keeps its own stack, so depth costs heap and never the call stack.
struct YAMLTreeBuilder {
    private struct Frame {
        var node: YAMLNode
        var pendingKey: (text: String, mark: YAMLMark)?
        /// Set when the next value belongs to a key that was refused.
        var dropsNextValue = false
        var keys: [String: YAMLMark] = [:]
    }

    private(set) var root: YAMLNode?
    private(set) var problems: [YAMLProblem] = []
    private let settings: YAMLReader.Settings
    private var stack: [Frame] = []
    private var documents = 0
    private var nodes = 0

    private static let harmlessTags: Set<String> = [
        "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map",
    ]

    init(settings: YAMLReader.Settings) {
        self.settings = settings
    }

    mutating func startDocument(at mark: YAMLMark) throws(YAMLProblem) {
        documents += 1
        guard documents == 1 else {
            throw YAMLProblem(mark: mark, message: "found a second document, expected the end of the file")
        }
    }

    mutating func scalar(_ scalar: YAMLScalar, at mark: YAMLMark) throws(YAMLProblem) {
        try count(mark)
        refuse(tag: scalar.tag, at: mark)
        guard isAtKey else { return place(YAMLNode(mark: mark, content: scalar.content)) }
        takeKey(scalar.text, at: mark)
    }

    /// Aliases are refused, not followed: a few lines of them could stand for gigabytes.
    mutating func alias(_ name: String?, at mark: YAMLMark) throws(YAMLProblem) {
        try count(mark)
        let message = "found the alias \("*\(name ?? "")".quotedForMessage), expected the value itself written out"
        problems.append(YAMLProblem(mark: mark, message: message))
        place(YAMLNode(mark: mark, content: .unreadable))
    }

    mutating func open(_ content: YAMLNode.Content, tag: String?, at mark: YAMLMark) throws(YAMLProblem) {
        try count(mark)
        guard stack.count < settings.maximumDepth else {
            let message = "found lists and mappings nested deeper than \(settings.maximumDepth), expected fewer"
            throw YAMLProblem(mark: mark, message: message)
        }
        refuse(tag: tag, at: mark)
        stack.append(Frame(node: YAMLNode(mark: mark, content: content)))
    }

    mutating func close() throws(YAMLProblem) {
        guard let frame = stack.popLast() else {
            throw YAMLProblem(mark: .start, message: "found an end without a beginning, expected balanced nesting")
        }
        place(frame.node)
    }

    private mutating func count(_ mark: YAMLMark) throws(YAMLProblem) {
        nodes += 1
        guard nodes <= settings.maximumNodes else {
            let message = "found more than \(settings.maximumNodes) values, expected fewer"
            throw YAMLProblem(mark: mark, message: message)
        }
    }

    private mutating func refuse(tag: String?, at mark: YAMLMark) {
        guard let tag, !Self.harmlessTags.contains(tag) else { return }
        problems.append(YAMLProblem(mark: mark, message: "found the tag \(tag.quotedForMessage), expected none"))
    }

    /// Whether the next node is a key of the innermost mapping.
    private var isAtKey: Bool {
        guard let frame = stack.last, case .mapping = frame.node.content else { return false }
        return frame.pendingKey == nil && !frame.dropsNextValue
    }

    private mutating func takeKey(_ key: String, at mark: YAMLMark) {
        guard let top = stack.indices.last else { return }
        if let first = stack[top].keys[key] {
            let message =
                "found the key \(key.quotedForMessage) a second time, expected it once (first at line \(first.line))"
            problems.append(YAMLProblem(mark: mark, message: message))
            stack[top].dropsNextValue = true
        } else {
            stack[top].keys[key] = mark
            stack[top].pendingKey = (key, mark)
        }
    }

    /// Puts a finished node where it belongs: into the innermost list or mapping, or at the root.
    private mutating func place(_ node: YAMLNode) {
        guard let top = stack.indices.last else {
            root = node
            return
        }
        switch stack[top].node.content {
        case .list(var elements):
            // Taken out while it grows, so that appending does not copy what is there.
            stack[top].node.content = .null
            elements.append(node)
            stack[top].node.content = .list(elements)
        case .mapping: placeInMapping(node, at: top)
        case .text, .null, .unreadable: break
        }
    }

    private mutating func placeInMapping(_ node: YAMLNode, at top: Int) {
        guard case .mapping(var entries) = stack[top].node.content else { return }
        if stack[top].dropsNextValue {
            stack[top].dropsNextValue = false
        } else if let key = stack[top].pendingKey {
            stack[top].node.content = .null
            entries.append(YAMLEntry(key: key.text, keyMark: key.mark, value: node))
            stack[top].node.content = .mapping(entries)
            stack[top].pendingKey = nil
        } else {
            let message = "found \(node.found) as a key, expected a name"
            if node.content != .unreadable { problems.append(YAMLProblem(mark: node.mark, message: message)) }
            stack[top].dropsNextValue = true
        }
    }
}
