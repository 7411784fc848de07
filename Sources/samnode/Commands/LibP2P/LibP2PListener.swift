import NIOCore
import NIOPosix
import Overlay
import Synchronization
import Transport

/// Accepts libp2p connections, answers identify and ping on them, and reports what the peers do.
struct LibP2PListener: Sendable {
    var identity: Identity
    var settings = ProbeSettings()
    var report: @Sendable (ProbeEvent) -> Void

    /// How many connections there are, over all event loops.
    private final class OpenConnections: Sendable {
        private let count = Mutex(0)

        func enter(limit: Int) -> Bool {
            count.withLock { count in
                guard count < limit else { return false }
                count += 1
                return true
            }
        }

        func leave() {
            count.withLock { $0 -= 1 }
        }
    }

    /// Listens while `body` runs, which gets the address with the port that the system chose and this side's peer id.
    /// - Throws: ``ConsoleError`` when the address cannot be listened on, and what `body` throws.
    func listen<Value: Sendable>(
        on address: TCPMultiaddr, group: any EventLoopGroup, while body: (Multiaddr) async throws -> Value
    ) async throws -> Value {
        let channel: any Channel
        do {
            channel = try await bootstrap(group).bind(host: address.host, port: address.port).get()
        } catch {
            let reason = (error as? IOError).map { SystemError(code: $0.errnoCode).description } ?? "\(error)"
            throw ConsoleError(.unavailable, "cannot listen on \(address.multiaddr): \(reason); choose another address")
        }
        let result: Result<Value, any Error>
        do {
            let bound = (channel.localAddress?.tcpMultiaddr ?? address.multiaddr).with(peer: identity.peerID)
            report(.listening(bound))
            result = .success(try await body(bound))
        } catch {
            result = .failure(error)
        }
        // It may have been closed by an error of its own meanwhile.
        try? await channel.close().get()
        return try result.get()
    }

    private func bootstrap(_ group: any EventLoopGroup) -> ServerBootstrap {
        let open = OpenConnections()
        return ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                guard open.enter(limit: settings.maximumConnections) else { return channel.close() }
                channel.closeFuture.whenComplete { _ in open.leave() }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        ConnectionHandler(connection(over: channel)), ListenHandler(report: report))
                }
            }
    }

    private func connection(over channel: any Channel) -> Connection {
        var about = IdentifyInfo(agent: RunSettings.agent)
        about.listenAddresses = [channel.localAddress?.tcpMultiaddr].compactMap { $0 }
        about.observedAddress = channel.remoteAddress?.tcpMultiaddr
        return Connection(
            role: .responder, identity: identity, expecting: nil, supported: [], identify: about,
            settings: settings.connection, random: .system(), at: ConnectionHandler.now)
    }
}
