/// The single document of a YAML text, with everything that was wrong on the way to it.
struct YAMLDocument: Sendable {
    /// `nil` when the text has no document or cannot be parsed.
    var root: YAMLNode?
    var problems: [YAMLProblem]
}
