/// Bounds how long something may take.
enum TimeLimit {
    /// Runs `body`, and cancels it when it takes longer.
    /// - Throws: ``ShowFailure`` with `message` when the time is over, else what `body` throws.
    static func run<Value: Sendable>(
        _ limit: Duration, _ message: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw ShowFailure("\(message) within \(limit.components.seconds) s")
            }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
