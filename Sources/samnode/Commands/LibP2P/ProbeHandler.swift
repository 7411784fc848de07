import NIOCore
import Overlay
import Transport

/// What every handler does that asks the peer at the other end of a connection something and then ends the connection.
protocol ProbeHandler: ChannelInboundHandler
where InboundIn == Connection.Event, OutboundOut == ConnectionCommand {
    /// Succeeds when everything was answered, and fails with ``ProbeFailure``.
    var done: EventLoopPromise<Void> { get }
    /// From the connection's start until everything must have been answered.
    var timeout: TimeAmount { get }
    var timer: Scheduled<Void>? { get set }
    /// What has not come yet, for people.
    var missing: String { get }
}

extension ProbeHandler {
    func channelActive(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
            self.fail("\(self.missing) did not come in time", context)
        }
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        done.fail(ProbeFailure(description: "the connection ended"))
    }

    func command(_ command: ConnectionCommand, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(command), promise: nil)
    }

    func fail(_ reason: String, _ context: ChannelHandlerContext) {
        done.fail(ProbeFailure(description: reason))
        command(.close, context)
    }
}
