import NIOCore
import Overlay
import Transport

/// Passes bytes between a Unix socket, in whose pipeline it is, and a stream. Neither side is read faster than the other
/// takes.
final class StreamPipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: ConnectionHandler
    private var stream: (id: StreamID, context: ChannelHandlerContext)?
    private var socket: ChannelHandlerContext?
    /// Came before the socket was there.
    private var early: [ByteBuffer] = []

    init(over connection: ConnectionHandler) {
        self.connection = connection
    }

    /// A pipe of a stream that is there before its socket.
    init(_ stream: StreamID, over connection: ConnectionHandler, _ context: ChannelHandlerContext) {
        self.connection = connection
        self.stream = (stream, context)
    }

    /// The stream is there.
    func begin(_ stream: StreamID, _ context: ChannelHandlerContext) {
        self.stream = (stream, context)
        setReading(true)
    }

    func channelActive(context: ChannelHandlerContext) {
        socket = context
        for bytes in early { received(bytes) }
        early = []
    }

    func channelInactive(context: ChannelHandlerContext) {
        socket = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let (id, stream) = stream else { return }
        stream.write(NIOAny(ConnectionCommand.write(unwrapInboundIn(data), id)), promise: nil)
        if connection.unsentBytes(on: id) >= EndSettings.mostUnsent { setReading(false) }
    }

    func becameWritable() { setReading(true) }

    private func setReading(_ reads: Bool) {
        // The answer is of no interest: the option of a socket that is gone has no meaning.
        _ = try? socket?.channel.syncOptions?.setOption(.autoRead, value: reads)
    }

    /// Bytes of the stream, which are consumed when the socket has taken them.
    func received(_ bytes: ByteBuffer) {
        guard let socket else { return early.append(bytes) }
        guard let (id, stream) = stream else { return }
        let done = socket.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(stream, eventLoop: socket.eventLoop)
        let count = bytes.readableBytes
        done.futureResult.whenSuccess {
            bound.value.write(NIOAny(ConnectionCommand.consumed(count, id)), promise: nil)
        }
        socket.writeAndFlush(wrapOutboundOut(bytes), promise: done)
    }
}
