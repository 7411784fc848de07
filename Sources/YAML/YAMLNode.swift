/// A value of a YAML document together with the place where it begins.
public struct YAMLNode: Equatable, Sendable {
    /// The shapes that a value can have.
    public enum Content: Equatable, Sendable {
        /// Any scalar but null, as its text: whether `1` is a number or a name is for the reader of the field to say.
        case text(String)
        /// An empty value, `~` or `null`.
        case null
        case list([YAMLNode])
        /// In the order of the file; no key occurs twice.
        case mapping([YAMLEntry])
        /// Something that has been reported already, so that nobody reports it again.
        case unreadable
    }

    /// Where it begins.
    public var mark: YAMLMark
    /// What it is.
    public var content: Content

    public init(mark: YAMLMark, content: Content) {
        self.mark = mark
        self.content = content
    }

    /// What stands here, in the words of an error message.
    public var found: String {
        switch content {
        case .text(let text): text.quotedForMessage
        case .null: "nothing"
        case .list(let elements): elements.isEmpty ? "an empty list" : "a list"
        case .mapping: "a mapping"
        case .unreadable: "something unreadable"
        }
    }
}

/// One `key: value` line of a mapping.
public struct YAMLEntry: Equatable, Sendable {
    /// As it was written.
    public var key: String
    /// Where the key begins.
    public var keyMark: YAMLMark
    /// What stands behind the colon.
    public var value: YAMLNode

    public init(key: String, keyMark: YAMLMark, value: YAMLNode) {
        self.key = key
        self.keyMark = keyMark
        self.value = value
    }
}
