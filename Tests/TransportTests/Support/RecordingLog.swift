import Logging
import Synchronization

/// Keeps what a node logs, and lets a test wait for it.
final class RecordingLog: Sendable {
    private let kept = Mutex<[String]>([])
    private let news = Signal<String>()

    var lines: [String] { kept.withLock { $0 } }

    func logger() -> Logger {
        Logger(label: "node") { _ in Handler(log: self) }
    }

    /// Waits until a line that contains `text` was logged.
    func wait(for text: String) async throws {
        guard !lines.contains(where: { $0.contains(text) }) else { return }
        do {
            try await news.wait(for: "\"\(text)\" in the log") { $0.contains(text) }
        } catch {
            throw DeadlineExceeded(description: "\(error); logged: \(lines)")
        }
    }

    /// Waits for another line than those waited for before.
    func next() async throws { try await news.wait(for: "another line in the log") }

    fileprivate func add(_ line: String) {
        kept.withLock { $0.append(line) }
        news.send(line)
    }

    private struct Handler: LogHandler {
        let log: RecordingLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.add("\(event.level): \(event.message)")
        }
    }
}
