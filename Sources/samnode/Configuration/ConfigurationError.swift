/// One thing that is wrong in a configuration file.
struct ConfigurationProblem: Equatable, Sendable, CustomStringConvertible {
    var file: String
    var mark: YAMLMark
    var message: String

    /// `file:line:column: message`, the form that editors and terminals can jump to.
    var description: String { "\(file):\(mark.line):\(mark.column): \(message)" }
}

/// Everything that is wrong in a configuration file, in the order of the file.
struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Problems shown at once. More would scroll the first one away, which is often the cause of the rest.
    static let maximumShown = 20

    /// Never empty.
    var problems: [ConfigurationProblem]

    var description: String {
        var lines = problems.prefix(Self.maximumShown).map(\.description)
        if problems.count > Self.maximumShown {
            lines.append("… and \(problems.count - Self.maximumShown) more problems")
        }
        return lines.joined(separator: "\n")
    }
}
