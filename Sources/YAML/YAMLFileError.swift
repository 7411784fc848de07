/// One thing that is wrong in a file.
public struct YAMLFileProblem: Equatable, Sendable, CustomStringConvertible {
    /// The name of the file, as people know it.
    public var file: String
    /// Where in the file.
    public var mark: YAMLMark
    /// What was found and what was expected, in words.
    public var message: String

    public init(file: String, mark: YAMLMark, message: String) {
        self.file = file
        self.mark = mark
        self.message = message
    }

    /// `file:line:column: message`, the form that editors and terminals can jump to.
    public var description: String { "\(file):\(mark.line):\(mark.column): \(message)" }
}

/// Everything that is wrong in a file, in the order of the file.
public struct YAMLFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Problems shown at once. More would scroll the first one away, which is often the cause of the rest.
    public static let maximumShown = 20

    /// Never empty.
    public var problems: [YAMLFileProblem]

    /// - Parameter problems: at least one, in any order.
    public init(_ problems: [YAMLFileProblem]) {
        self.problems = problems.sorted { ($0.file, $0.mark) < ($1.file, $1.mark) }
    }

    /// One line for each problem; many are cut short.
    public var description: String {
        var lines = problems.prefix(Self.maximumShown).map(\.description)
        if problems.count > Self.maximumShown {
            lines.append("… and \(problems.count - Self.maximumShown) more problems")
        }
        return lines.joined(separator: "\n")
    }
}
