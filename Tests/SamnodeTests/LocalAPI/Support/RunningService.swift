import Logging
import ServiceLifecycle

@testable import samnode

/// Runs a service for as long as `body` runs, then shuts it down as a signal would.
func withService(_ service: some Service, _ body: @escaping @Sendable () async throws -> Void) async throws {
    var configuration = ServiceGroupConfiguration(services: [service], logger: APIHarness.quiet)
    configuration.maximumGracefulShutdownDuration = .seconds(10)
    let services = ServiceGroup(configuration: configuration)
    try await withDeadline(seconds: 60) {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            let result: Result<Void, any Error>
            do {
                result = .success(try await body())
            } catch {
                result = .failure(error)
            }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            try result.get()
        }
    }
}
