/// The single document of a YAML text, with everything that was wrong on the way to it.
public struct YAMLDocument: Sendable {
    /// `nil` when the text has no document or cannot be parsed.
    public var root: YAMLNode?
    /// In the order in which they were met; empty when the text is in order.
    public var problems: [YAMLProblem]
}
