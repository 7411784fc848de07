/// A scalar as the parser reports it, before its tag and its meaning are looked at.
struct YAMLScalar: Sendable {
    var text: String
    /// Neither quoted nor a block; only then can it mean null.
    var isPlain: Bool
    /// The explicit tag, `nil` when there is none.
    var tag: String?

    private static let nulls: Set<String> = ["", "~", "null", "Null", "NULL"]

    var content: YAMLNode.Content {
        isPlain && tag == nil && Self.nulls.contains(text) ? .null : .text(text)
    }
}
