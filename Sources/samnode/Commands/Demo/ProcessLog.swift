import Synchronization

/// What a process has written, line by line, for those that wait for a line and for those that ask what went wrong.
final class ProcessLog: Sendable {
    private struct State {
        var lines: [String] = []
        /// The line that has not ended yet.
        var partial: [UInt8] = []
        var isClosed = false
        var readers: [Int: AsyncStream<String>.Continuation] = [:]
        var nextReader = 0
    }

    private let settings: ShowSettings
    private let state = Mutex(State())

    init(settings: ShowSettings = ShowSettings()) {
        self.settings = settings
    }

    /// Adds bytes as they come from the process, cut as the pipe pleases.
    func append(_ bytes: some Sequence<UInt8>) {
        state.withLock { state in
            for byte in bytes {
                if byte == UInt8(ascii: "\n") {
                    endLine(&state)
                } else if state.partial.count < settings.lineCapacity {
                    state.partial.append(byte)
                }
            }
        }
    }

    /// The process has ended and everything that it wrote was added.
    func close() {
        state.withLock { state in
            if !state.partial.isEmpty { endLine(&state) }
            state.isClosed = true
            for reader in state.readers.values { reader.finish() }
            state.readers = [:]
        }
    }

    private func endLine(_ state: inout State) {
        let line = String(decoding: state.partial, as: UTF8.self)
        state.partial = []
        if state.lines.count >= settings.keptLines { state.lines.removeFirst() }
        state.lines.append(line)
        for reader in state.readers.values { reader.yield(line) }
    }

    /// The lines kept so far and then those to come, until the log is closed. A reader that falls far behind misses some.
    func lines() -> AsyncStream<String> {
        // The first lines are those from before, so the buffer must hold as many as are kept.
        let (stream, input) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingNewest(settings.keptLines * 2))
        let number: Int? = state.withLock { state in
            for line in state.lines { input.yield(line) }
            guard !state.isClosed else {
                input.finish()
                return nil
            }
            state.nextReader += 1
            state.readers[state.nextReader] = input
            return state.nextReader
        }
        if let number {
            input.onTermination = { [weak self] reason in
                // When the log finished the stream it has forgotten the reader itself, and still holds the lock.
                guard case .cancelled = reason else { return }
                self?.state.withLock { $0.readers[number] = nil }
            }
        }
        return stream
    }

    /// What follows `beginning` on the first line that begins with it; nil when the process ended without one.
    func waitForLine(_ beginning: String) async -> String? {
        for await line in lines() where line.hasPrefix(beginning) { return String(line.dropFirst(beginning.count)) }
        return nil
    }

    /// Returns when the log is closed, or when the task is cancelled.
    func waitForEnd() async {
        for await _ in lines() {}
    }

    func last(_ count: Int) -> [String] {
        state.withLock { Array($0.lines.suffix(count)) }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }
}
