/// A value of a YAML document together with the place where it begins.
struct YAMLNode: Equatable, Sendable {
    enum Content: Equatable, Sendable {
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

    var mark: YAMLMark
    var content: Content

    /// What stands here, in the words of an error message.
    var found: String {
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
struct YAMLEntry: Equatable, Sendable {
    var key: String
    var keyMark: YAMLMark
    var value: YAMLNode
}
