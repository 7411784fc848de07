import NIOCore
import Synchronization

/// Tells the task that serves a connection that its client has gone.
///
/// The HTTP server notices a closed connection only when it reads or writes the next time. A request that waits for the
/// first token does neither, so a handler in the channel's pipeline watches for it.
final class ClientWatch: Sendable {
    private let events: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation

    init() {
        (events, continuation) = AsyncStream<Never>.makeStream()
    }

    func markGone() {
        continuation.finish()
    }

    /// Returns when the client has gone or the calling task is cancelled. Called once for a connection.
    func gone() async {
        for await _ in events {}
    }
}

/// The part of a ``ClientWatch`` that lives in the channel.
final class ClientWatchHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let watch: ClientWatch
    private let halfCloseGrace: TimeAmount

    init(watch: ClientWatch, halfCloseGrace: TimeAmount) {
        self.watch = watch
        self.halfCloseGrace = halfCloseGrace
    }

    func channelInactive(context: ChannelHandlerContext) {
        watch.markGone()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError { watch.markGone() }
        context.fireErrorCaught(error)
    }

    /// Most clients close both directions at once, which looks the same as closing one until something is written.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            context.eventLoop.scheduleTask(in: halfCloseGrace) { [watch] in watch.markGone() }
        }
        context.fireUserInboundEventTriggered(event)
    }
}
