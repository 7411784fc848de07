import NIOCore
import NIOPosix
import Overlay
import Transport
import YAML

/// Dials an address once, finds out who answers there or asks it something, and leaves.
struct LibP2PDialer: Sendable {
    var identity: Identity
    var pings = 1
    /// What to ask of the DHT; nil to ping instead.
    var question: LibP2PQuestion?
    var settings = ProbeSettings()
    var report: @Sendable (ProbeEvent) -> Void

    /// - Throws: ``ConsoleError`` with the reason when the peer is not there or does not answer as libp2p has it.
    func dial(_ target: TCPMultiaddr, on eventLoop: any EventLoop) async throws(ConsoleError) {
        let done = eventLoop.makePromise(of: Void.self)
        do {
            _ = try await bootstrap(target, on: eventLoop, done: done).connect(host: target.host, port: target.port)
                .get()
            try await done.futureResult.get()
        } catch {
            // Nobody else completes it when no connection came about.
            done.fail(error)
            throw ConsoleError(.unavailable, "\(target.multiaddr): \(Self.words(error))")
        }
    }

    private func bootstrap(
        _ target: TCPMultiaddr, on eventLoop: any EventLoop, done: EventLoopPromise<Void>
    ) -> ClientBootstrap {
        ClientBootstrap(group: eventLoop)
            .connectTimeout(settings.connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = Connection(
                        role: .initiator, identity: identity, expecting: target.peer, supported: [],
                        identify: IdentifyInfo(agent: RunSettings.agent), settings: settings.connection,
                        random: .system(), at: ConnectionHandler.now)
                    try channel.pipeline.syncOperations.addHandlers(ConnectionHandler(connection), asker(done))
                }
            }
    }

    private func asker(_ done: EventLoopPromise<Void>) -> any ChannelHandler {
        guard let question else {
            return DialHandler(
                pings: pings, timeout: settings.dialTimeout, random: .system(), done: done, report: report)
        }
        return QuestionHandler(
            question, from: identity.peerID, timeout: settings.dialTimeout, done: done, report: report)
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as ProbeFailure: error.description
        case let error as NIOConnectionError: connectionWords(error)
        case let error as IOError: SystemError(code: error.errnoCode).description
        case ChannelError.connectTimeout(let limit): "no answer within \(limit.nanoseconds / 1_000_000_000) seconds"
        default: "\(error)"
        }
    }

    private static func connectionWords(_ error: NIOConnectionError) -> String {
        if let attempt = error.connectionErrors.first { return words(attempt.error) }
        return "the name \(error.host.quotedForMessage) leads to no address"
    }
}

extension IdentifyInfo {
    /// What this tool says of itself; the connection adds its key and protocols.
    init(agent: String) {
        self.init()
        protocolVersion = "sam/1"
        agentVersion = agent
    }
}

extension RandomSource {
    /// A source with a seed from the operating system.
    static func system() -> RandomSource { RandomSource(seed: SystemRandom.bytes(seedLength)) }
}
