/// Something wrong at a place of a YAML text.
struct YAMLProblem: Error, Equatable, Sendable {
    var mark: YAMLMark
    /// What was found and what was expected, in words.
    var message: String
}
