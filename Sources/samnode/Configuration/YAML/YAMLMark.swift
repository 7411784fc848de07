/// A place in a YAML file; line and column count from 1, the column in characters.
struct YAMLMark: Hashable, Sendable {
    var line: Int
    var column: Int

    static let start = YAMLMark(line: 1, column: 1)
}
