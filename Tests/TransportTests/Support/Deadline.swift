import NIOCore
import NIOPosix

/// Something did not happen in time.
struct DeadlineExceeded: Error, CustomStringConvertible {
    let description: String
}

/// Runs `body`; fails when it takes longer.
func within<Value: Sendable>(
    _ limit: TimeAmount = .seconds(30), _ what: String = "the test",
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: limit) { () throws -> Value in
        throw DeadlineExceeded(description: "\(what) took longer than \(limit.nanoseconds / 1_000_000) ms")
    }
    return try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await withTaskCancellationHandler {
                try await timer.futureResult.get()
            } onCancel: {
                timer.cancel()
            }
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}

/// Something that happens, for a test to wait for. Values wait until they are asked for.
final class Signal<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let input: AsyncStream<Value>.Continuation

    init() {
        (stream, input) = AsyncStream.makeStream()
    }

    func send(_ value: Value) { input.yield(value) }

    /// The next value that fits.
    @discardableResult
    func wait(
        for what: String, _ limit: TimeAmount = .seconds(20),
        where fits: @escaping @Sendable (Value) -> Bool = { _ in true }
    ) async throws -> Value {
        try await within(limit, what) { [stream] in
            for await value in stream where fits(value) { return value }
            throw CancellationError()
        }
    }
}
