import Testing

/// A test that hangs fails instead.
struct DeadlineExceeded: Error {
    var seconds: Double
}

/// Runs `body`; fails when it takes longer.
func withDeadline<Value: Sendable>(
    seconds: Double = 20, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: .seconds(seconds))
            throw DeadlineExceeded(seconds: seconds)
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}

/// Something that happens once, for a test to wait for.
final class Signal<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func send(_ value: Value) {
        continuation.yield(value)
    }

    /// The next value.
    func wait(seconds: Double = 10) async throws -> Value {
        let stream = stream
        return try await withDeadline(seconds: seconds) {
            for await value in stream { return value }
            throw CancellationError()
        }
    }
}

extension Signal<Void> {
    func send() {
        send(())
    }
}
