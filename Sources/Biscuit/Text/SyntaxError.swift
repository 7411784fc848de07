/// Why Datalog source text was refused, and where.
public struct SyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Line of the place, counted from 1.
    public let line: Int
    /// Column of the place in characters (Unicode scalars), counted from 1.
    public let column: Int
    /// What was expected or found there.
    public let message: String

    /// An error at a place counted from 1.
    public init(line: Int, column: Int, message: String) {
        self.line = line
        self.column = column
        self.message = message
    }

    public var description: String { "line \(line), column \(column): \(message)" }
}
