import Foundation
import Synchronization

/// One process of the demo: this program with another command.
final class ChildProcess: Sendable {
    /// What still has to happen before the log is complete.
    private struct Ending {
        var hasExited = false
        var outputEnded = false
        var words: String?
    }

    /// Held while one is started: another that is started at that moment would inherit the ends of its pipes, and so keep
    /// them open after its end.
    private static let spawning = Mutex(())

    let name: String
    let log: ProcessLog
    private let process: Process
    private let ending = Mutex(Ending())

    /// Starts it.
    init(name: String, executable: String, arguments: [String], settings: ShowSettings) throws(ShowFailure) {
        self.name = name
        log = ProcessLog(settings: settings)
        process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        // What the user set for a node of their own must not reach those of the demo.
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SAM_") }
        process.standardInput = FileHandle.nullDevice
        process.terminationHandler = { [weak self] process in
            self?.note { ending in
                ending.hasExited = true
                ending.words = Self.words(process)
            }
        }
        let error = Self.spawning.withLock { _ in spawn() }
        if let error { throw ShowFailure("cannot start \(executable): \(error.localizedDescription)") }
    }

    /// Starts the process with both its outputs into one pipe.
    private func spawn() -> (any Error)? {
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        do {
            try process.run()
        } catch {
            return error
        }
        // A thread of its own: FileHandle's readability handler now and then misses the end of a pipe on Linux.
        Thread.detachNewThread { [self] in
            readAll(of: output.fileHandleForReading)
            note { $0.outputEnded = true }
        }
        return nil
    }

    private func readAll(of handle: FileHandle) {
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(handle.fileDescriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            log.append(chunk[..<count])
        }
    }

    private static func words(_ process: Process) -> String {
        process.terminationReason == .exit
            ? "ended with exit code \(process.terminationStatus)" : "was killed by signal \(process.terminationStatus)"
    }

    private func note(_ change: (inout Ending) -> Void) {
        let isOver = ending.withLock { ending in
            change(&ending)
            return ending.hasExited && ending.outputEnded
        }
        if isOver { log.close() }
    }

    /// How it ended; nil while it runs.
    var endWords: String? { ending.withLock { $0.words } }

    /// What follows `beginning` on the first line that begins with it.
    /// - Throws: ``ShowFailure`` when the process ends without it, or when it takes longer than `limit`.
    func waitForLine(_ beginning: String, within limit: Duration) async throws -> String {
        let found = try await TimeLimit.run(limit, "\(name) did not say \"\(beginning)\"") { [log] in
            await log.waitForLine(beginning)
        }
        try Task.checkCancellation()
        guard let found else { throw ShowFailure("\(name) \(endWords ?? "ended")") }
        return found
    }

    /// Asks it to end, and kills it when it has not within `limit`. Works in a cancelled task, too.
    ///
    /// On Linux a process inherits blocked signals, and the threads that run Swift's tasks block all of them. The nodes
    /// read their signals from a descriptor, which does not mind; other programs would have to be killed.
    func end(within limit: Duration) async {
        guard process.isRunning else { return }
        process.terminate()
        let log = log
        // Owned by this call, which awaits it; a task of its own, because cleaning up must not be cut short by the
        // cancellation that made it necessary.
        let waiting = Task.detached { try await TimeLimit.run(limit, "it did not end") { await log.waitForEnd() } }
        guard case .failure = await waiting.result else { return }
        kill(process.processIdentifier, SIGKILL)
        // Owned by this call, which awaits it, as above.
        await Task.detached { await log.waitForEnd() }.value
    }
}
