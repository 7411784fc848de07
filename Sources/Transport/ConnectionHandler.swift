import NIOCore
import Overlay

/// What the owner of a connection can tell it to do.
package enum ConnectionCommand: Sendable {
    /// Opens a stream for a protocol and sends the first bytes on it without waiting for the answer.
    case openStream(String, first: ByteBuffer = ByteBuffer())
    case write(ByteBuffer, StreamID)
    /// So many bytes of the stream were read.
    case consumed(Int, StreamID)
    case close
}

/// Drives one ``Overlay/Connection`` on a TCP channel: bytes come in and events go on to the next handler, which sends
/// ``ConnectionCommand``s back.
package final class ConnectionHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = Connection.Event
    package typealias OutboundIn = ConnectionCommand
    package typealias OutboundOut = ByteBuffer

    private var connection: Connection
    private var events = CircularBuffer<Connection.Event>()
    private var isDraining = false
    private var timer: Scheduled<Void>?
    private var armedAt = Instant.distantFuture

    package init(_ connection: Connection) {
        self.connection = connection
    }

    package static var now: Instant { NodeClock.instant }

    /// Bytes of a stream that wait for the other side's window or for the socket.
    package func unsentBytes(on stream: StreamID) -> Int { Self.unsentBytes(on: stream, of: &connection) }

    // What is asked of the connection is asked where it lies: a property of a class is copied for the time of a call.
    private static func unsentBytes(on stream: StreamID, of connection: inout Connection) -> Int {
        connection.unsentBytes(on: stream)
    }

    private static func nextDeadline(of connection: inout Connection) -> Instant? { connection.nextDeadline }

    // MARK: What happens to the channel

    package func channelActive(context: ChannelHandlerContext) {
        enter(context) { $0.start(at: $1, into: &$2) }
        context.fireChannelActive()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        enter(context) { $0.receive(bytes, at: $1, into: &$2) }
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        enter(context) { $0.setWritable(isWritable, at: $1, into: &$2) }
        context.fireChannelWritabilityChanged()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        enter(context) { $0.disconnected(at: $1, into: &$2) }
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        enter(context) { $0.disconnected(at: $1, into: &$2) }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    // MARK: What the owner wants

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .openStream(let name, let first):
            enter(context) {
                let stream = $0.openStream(name, at: $1, into: &$2)
                if first.readableBytes > 0 { $0.write(first, to: stream, at: $1, into: &$2) }
            }
        case .write(let bytes, let stream): enter(context) { $0.write(bytes, to: stream, at: $1, into: &$2) }
        case .consumed(let count, let stream): enter(context) { $0.consumed(count, on: stream, at: $1, into: &$2) }
        case .close: enter(context) { $0.close(at: $1, into: &$2) }
        }
        promise?.succeed()
    }

    // MARK: The connection

    private func enter(
        _ context: ChannelHandlerContext, _ entry: (inout Connection, Instant, inout Connection.Outbox) -> Void
    ) {
        var outbox = Connection.Outbox()
        entry(&connection, Self.now, &outbox)
        for bytes in outbox.bytes { context.write(wrapOutboundOut(bytes), promise: nil) }
        if !outbox.bytes.isEmpty { context.flush() }
        events.append(contentsOf: outbox.events)
        drain(context)
        arm(context)
    }

    /// Hands events on in their order, those that the owner's answers bring about included.
    private func drain(_ context: ChannelHandlerContext) {
        guard !isDraining else { return }
        isDraining = true
        while let event = events.popFirst() {
            context.fireChannelRead(wrapInboundOut(event))
            if case .closed = event { context.close(promise: nil) }
        }
        isDraining = false
    }

    private func arm(_ context: ChannelHandlerContext) {
        guard let deadline = Self.nextDeadline(of: &connection), context.channel.isActive else {
            timer?.cancel()
            return armedAt = .distantFuture
        }
        guard deadline < armedAt else { return }
        timer?.cancel()
        armedAt = deadline
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: NodeClock.deadline(deadline)) {
            self.armedAt = .distantFuture
            self.enter(context) { $0.wake(at: $1, into: &$2) }
        }
    }
}
