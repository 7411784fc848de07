import AsyncHTTPClient
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The HTTP client for backends: one for the process, shared by proxy and probes.
///
/// It adds nothing to requests, follows no redirects and unpacks nothing. As a service it only waits for the shutdown;
/// it belongs before its users in a `ServiceGroup`, so that it is shut down after them.
struct BackendClient: Service, CustomStringConvertible {
    let description = "backend client"
    let http: HTTPClient
    let settings: BackendSettings

    init(settings: BackendSettings = BackendSettings()) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: settings.connectTimeout),
            connectionPool: HTTPClient.Configuration.ConnectionPool(
                idleTimeout: settings.idleTimeout,
                concurrentHTTP1ConnectionsPerHostSoftLimit: settings.maximumConnections),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        // A backend that refuses connections is down now; the caller may ask another host meanwhile.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
        self.settings = settings
    }

    func run() async throws {
        try? await gracefulShutdown()
        try await shutdown()
    }

    /// Closes the connections. Needed once before the process forgets the client when it does not run as a service.
    func shutdown() async throws {
        try await http.shutdown()
    }
}
