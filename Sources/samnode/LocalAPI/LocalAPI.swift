import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// The HTTP server for agents on this machine: on TCP for those who know the token, and on a Unix socket for this user.
///
/// Ends when it is shut down gracefully, after the requests in progress.
struct LocalAPI: Service, CustomStringConvertible {
    /// Where to listen; at least one of the two makes sense.
    struct Listeners: Sendable {
        /// Needs a token, because every user of the machine can connect.
        var tcp: (address: ListenAddress, token: APIToken)?
        var unixSocketPath: String?
    }

    let description = "local API"
    private let listeners: Listeners
    private let settings: LocalAPISettings
    private let onListening: @Sendable (String) async -> Void
    private let logger: Logger
    private let makeResponder: @Sendable (Gate) -> APIResponder

    /// - Parameter onListening: told for each listener once it accepts: `http://127.0.0.1:8080` or the socket's path.
    init(
        mesh: any MeshAccess, listeners: Listeners, registry: PrometheusRegistry,
        facade facadeSettings: FacadeSettings = FacadeSettings(), settings: LocalAPISettings = LocalAPISettings(),
        logger: Logger, onListening: @escaping @Sendable (String) async -> Void = { _ in }
    ) {
        let metrics = FacadeMetrics(factory: registry)
        let facade = Facade(mesh: mesh, settings: facadeSettings, metrics: metrics)
        self.listeners = listeners
        self.settings = settings
        self.logger = logger
        self.onListening = onListening
        makeResponder = { gate in
            APIResponder(
                mesh: mesh, gate: gate, facade: facade, metrics: metrics, registry: registry, settings: settings,
                logger: logger)
        }
    }

    /// - Throws: ``LocalAPIError`` when it cannot listen.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let tcp = listeners.tcp {
                group.addTask { try await serve(tcp.address, token: tcp.token) }
            }
            if let path = listeners.unixSocketPath {
                group.addTask { try await serve(path) }
            }
            // Not `waitForAll`, which would go on waiting for the other listener after one has failed.
            for try await _ in group {}
        }
    }

    private func serve(_ address: ListenAddress, token: APIToken) async throws {
        let responder = makeResponder(Gate(token: token))
        let base = BaseURL("http://\(address)")
        let server = server(.hostname(address.host, port: address.port), responder: responder, base: base) { channel in
            let port = channel.localAddress?.port ?? address.port
            base.text = "http://\(ListenAddress(host: address.host, port: port))"
            await onListening(base.text)
        }
        do {
            try await server.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw LocalAPIError.addressInUse("\(address)")
        } catch let error as IOError {
            throw LocalAPIError.cannotListen("\(address)", reason: "\(error)")
        } catch let error as SocketAddressError {
            throw LocalAPIError.cannotListen("\(address)", reason: "\(error)")
        }
    }

    private func serve(_ path: String) async throws {
        let file = try UnixSocketFile.prepare(path: path)
        let published = Mutex<Result<Void, LocalAPIError>?>(nil)
        let responder = makeResponder(Gate(token: nil))
        let server = server(
            .unixDomainSocket(path: file.bindPath), responder: responder, base: BaseURL("http://localhost")
        ) { channel in
            do throws(LocalAPIError) {
                try file.publish()
                published.withLock { $0 = .success(()) }
                await onListening(path)
            } catch {
                published.withLock { $0 = .failure(error) }
                channel.close(promise: nil)
            }
        }
        defer {
            if case .success = published.withLock({ $0 }) { file.remove() } else { file.discard() }
        }
        do {
            try await server.run()
        } catch let error as IOError {
            throw LocalAPIError.cannotListen(path, reason: "\(error)")
        }
        try published.withLock { $0 }?.get()
    }

    private func server(
        _ address: BindAddress, responder: APIResponder, base: BaseURL,
        onRunning: @escaping @Sendable (any Channel) async -> Void
    ) -> any Service {
        // The server's own messages repeat what the node says in its own words.
        var serverLogger = logger
        serverLogger.logLevel = max(logger.logLevel, .warning)
        let channel = ClientChannel(settings: settings) { request, writer, channel in
            try await responder.respond(to: request, writer: writer, base: base.text, eventLoop: channel.eventLoop)
        }
        return channel.server(
            configuration: ServerConfiguration(
                address: address, availableConnectionsDelegate: MaximumAvailableConnections(settings.maximumConnections)
            ),
            onServerRunning: onRunning, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: serverLogger)
    }
}

/// The URL under which clients reach a listener, known once it listens.
private final class BaseURL: Sendable {
    private let state: Mutex<String>

    init(_ text: String) {
        state = Mutex(text)
    }

    var text: String {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
