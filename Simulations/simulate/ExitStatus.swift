import ArgumentParser

/// What the exit status of the program says.
enum ExitStatus {
    /// A property or a criterion did not hold.
    static let fellShort = ExitCode(1)
    /// The same run went another way.
    static let notDeterministic = ExitCode(2)
    /// Arguments or a scenario make no sense, or a file cannot be read or written.
    static let badInput = ExitCode(3)
    /// A limit of memory or time was reached.
    static let outOfResources = ExitCode(4)
}
