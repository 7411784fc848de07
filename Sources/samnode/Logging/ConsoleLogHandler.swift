import Foundation
import Logging
import Synchronization

/// Writes log lines for people to standard error: time, level, message, metadata.
struct ConsoleLogHandler: LogHandler {
    /// Writes of several threads must not mix within a line.
    private static let lock = Mutex<Void>(())

    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(level: Logger.Level) {
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) { $1 }
        let line = Self.line(at: Date(), level: event.level, message: "\(event.message)", metadata: all)
        Self.lock.withLock { _ in FileHandle.standardError.write(Data(line.utf8)) }
    }

    /// One line; what would move a terminal's cursor is escaped, since names in it come from other machines.
    static func line(at time: Date, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let pairs = metadata.keys.sorted().map { key in "\(key)=\(quoted("\(metadata[key] ?? "")"))" }
        let fields = [time.formatted(style), name(of: level), printable(message)] + pairs
        return fields.joined(separator: " ") + "\n"
    }

    private static func name(of level: Logger.Level) -> String {
        level.rawValue.uppercased().padding(toLength: 8, withPad: " ", startingAt: 0)
    }

    private static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && !value.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        let text = printable(value)
        return isPlain ? text : "\"" + text.replacing("\"", with: "\\\"") + "\""
    }

    private static func printable(_ text: String) -> String {
        var printable = ""
        for scalar in text.unicodeScalars {
            if scalar.properties.generalCategory == .control {
                printable += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                printable.unicodeScalars.append(scalar)
            }
        }
        return printable
    }
}
