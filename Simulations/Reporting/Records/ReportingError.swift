/// What is wrong with a file or with records that are to go together.
public struct ReportingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counted from one; nil when it is about the whole.
    public let line: Int?
    public let text: String

    init(line: Int? = nil, _ text: String) {
        self.line = line
        self.text = text
    }

    public var description: String { line.map { "line \($0): \(text)" } ?? text }
}
