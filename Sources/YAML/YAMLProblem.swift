/// Something wrong at a place of a YAML text.
public struct YAMLProblem: Error, Equatable, Sendable {
    /// Where it was met.
    public var mark: YAMLMark
    /// What was found and what was expected, in words.
    public var message: String
}
