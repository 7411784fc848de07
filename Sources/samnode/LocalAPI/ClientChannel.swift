import HummingbirdCore
import Logging
import NIOCore

/// Serves one client connection with Hummingbird's HTTP/1.1 and cancels the work for it when the client leaves.
struct ClientChannel: ServerChildChannel {
    /// A client that was accepted.
    ///
    /// A server that ends lets go of whom it has accepted and not served yet, and SwiftNIO ends the process when a channel is
    /// let go of that nobody has closed. So this closes it; what was served is closed already.
    final class Connection: ServerChildChannelValue {
        let http: HTTP1Channel.Value
        let watch: ClientWatch

        var channel: any Channel { http.channel }

        init(http: HTTP1Channel.Value, watch: ClientWatch) {
            self.http = http
            self.watch = watch
        }

        deinit {
            // Owned by nobody: it ends as soon as the channel is closed, which it does first.
            Task { [http] in try? await http.executeThenClose { _, _ in } }
        }
    }

    let settings: LocalAPISettings
    let responder: HTTPChannelHandler.Responder

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        let watch = ClientWatch()
        return http(watch).setup(channel: channel, logger: logger).map { Connection(http: $0, watch: watch) }
    }

    func handle(value: Connection, logger: Logger) async {
        let http = http(value.watch)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await http.handle(value: value.http, logger: logger) }
            group.addTask { await value.watch.gone() }
            await group.next()
            group.cancelAll()
        }
    }

    private func http(_ watch: ClientWatch) -> HTTP1Channel {
        let grace = settings.halfCloseGrace
        return HTTP1Channel(
            responder: responder,
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ClientWatchHandler(watch: watch, halfCloseGrace: grace)],
                idleTimeout: settings.idleTimeout,
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: settings.headerCapacity, maxHeaderListSize: settings.headerCapacity,
                    maxHeaderFieldCount: settings.headerCount)))
    }
}
