import Foundation
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// A small OpenAI-compatible server for demonstrations and tests. Notices at once when a client leaves.
struct DemoBackend: Service, CustomStringConvertible {
    let description = "demo backend"
    private let address: ListenAddress
    private let responder: DemoResponder
    private let logger: Logger
    private let onListening: @Sendable (ListenAddress) async -> Void

    /// - Parameter onListening: gets the address with the port that the system chose.
    init(
        address: ListenAddress, settings: DemoSettings = DemoSettings(), logger: Logger,
        onListening: @escaping @Sendable (ListenAddress) async -> Void
    ) {
        self.address = address
        self.logger = logger
        self.onListening = onListening
        responder = DemoResponder(settings: settings, created: Int(Date().timeIntervalSince1970))
    }

    /// - Throws: ``LocalAPIError`` when it cannot listen.
    func run() async throws {
        let channel = ClientChannel(settings: LocalAPISettings()) { request, writer, _ in
            let response = try await answer(request)
            do {
                try await writer.write(response: response.head, body: response.body)
                // A node asks for the models every second, which is no news.
                let level: Logger.Level = request.method == .get ? .debug : .info
                logger.log(level: level, "answered", metadata: ["path": "\(request.head.path ?? "")"])
            } catch {
                logger.info("the client left before the answer was complete")
                throw error
            }
        }
        var serverLogger = logger
        serverLogger.logLevel = max(logger.logLevel, .warning)
        let server = channel.server(
            configuration: ServerConfiguration(address: .hostname(address.host, port: address.port)),
            onServerRunning: { channel in
                await onListening(ListenAddress(host: address.host, port: channel.localAddress?.port ?? address.port))
            }, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: serverLogger)
        do {
            try await server.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw LocalAPIError.addressInUse("\(address)")
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let id = RequestID.choose(nil)
        do {
            return try await responder.respond(to: request)
        } catch let error as OpenAIError {
            return error.response(id: id)
        } catch {
            logger.info("the client left before the answer began", metadata: ["error": "\(error)"])
            throw error
        }
    }
}
