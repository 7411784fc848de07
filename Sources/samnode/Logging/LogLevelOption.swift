import ArgumentParser
import Logging

/// `--log-level`, for every command that keeps running.
struct LogLevelOption: ParsableArguments {
    @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
    var level = LogLevel(level: .info)

    /// Sends every log of the process to the console. Called once, at the start.
    func bootstrapLogging() {
        let level = level.level
        LoggingSystem.bootstrap { _ in ConsoleLogHandler(level: level) }
    }
}

/// A level as people write it on the command line; `warn` is understood as well.
struct LogLevel: ExpressibleByArgument, Equatable, Sendable {
    var level: Logger.Level

    init(level: Logger.Level) {
        self.level = level
    }

    init?(argument: String) {
        let name = argument.lowercased()
        guard let level = name == "warn" ? .warning : Logger.Level(rawValue: name) else { return nil }
        self.level = level
    }

    var defaultValueDescription: String { level.rawValue }
}
