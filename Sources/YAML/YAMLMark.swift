/// A place in a YAML file; line and column count from 1, the column in characters.
public struct YAMLMark: Hashable, Comparable, Sendable {
    /// From 1.
    public var line: Int
    /// From 1, in characters.
    public var column: Int

    /// The beginning of a file.
    public static let start = YAMLMark(line: 1, column: 1)

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (left: YAMLMark, right: YAMLMark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
