import NIOCore
import Overlay
import Transport

/// The streams that this end opens on its lasting connection.
final class DialedStreams: ChannelInboundHandler {
    typealias InboundIn = Connection.Event
    typealias OutboundOut = ConnectionCommand

    /// The connection or a stream came to nothing.
    struct Lost: Error {}

    private let connection: ConnectionHandler
    private let content = ByteBuffer(repeating: 0x5a, count: EndSettings.piece)
    private var context: ChannelHandlerContext?
    private var counted: StreamID?
    private var unsent = 0
    private var header = 0
    private var sending: (began: Instant, done: EventLoopPromise<UInt64>)?
    /// Pipes whose streams the other side has not accepted, in the order in which they were opened.
    private var opening: [StreamPipe] = []
    private var pipes: [StreamID: StreamPipe] = [:]

    init(over connection: ConnectionHandler) {
        self.connection = connection
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        sending?.done.fail(Lost())
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .established:
            tell(.openStream(EndSettings.countedProtocol))
        case .streamAccepted(let stream):
            accepted(stream)
        case .streamData(let stream, let bytes):
            if let pipe = pipes[stream] { return pipe.received(bytes) }
            tell(.consumed(bytes.readableBytes, stream))
            finishSending()
        case .streamWritable(let stream):
            if let pipe = pipes[stream] { return pipe.becameWritable() }
            pump()
        case .closed, .streamRefused, .streamReset:
            sending?.done.fail(Lost())
        default:
            return
        }
    }

    private func tell(_ command: ConnectionCommand) {
        context?.write(wrapOutboundOut(command), promise: nil)
    }

    private func accepted(_ stream: StreamID) {
        guard counted != nil else {
            counted = stream
            return begin()
        }
        guard !opening.isEmpty, let context else { return }
        let pipe = opening.removeFirst()
        pipes[stream] = pipe
        pipe.begin(stream, context)
    }

    // MARK: Sending

    /// Sends so many bytes; the result is after how many nanoseconds the other end had them.
    func send(_ count: Int, on loop: any EventLoop) -> EventLoopFuture<UInt64> {
        let done = loop.makePromise(of: UInt64.self)
        guard sending == nil, context != nil else {
            done.fail(Lost())
            return done.futureResult
        }
        header = count
        unsent = count
        sending = (ConnectionHandler.now, done)
        begin()
        return done.futureResult
    }

    private func begin() {
        guard let counted, let sending else { return }
        self.sending = (ConnectionHandler.now, sending.done)
        var length = ByteBuffer()
        length.writeInteger(UInt64(header))
        tell(.write(length, counted))
        pump()
    }

    private func pump() {
        guard let counted, sending != nil else { return }
        while unsent > 0, connection.unsentBytes(on: counted) < EndSettings.mostUnsent {
            let count = min(unsent, EndSettings.piece)
            guard let piece = content.getSlice(at: 0, length: count) else { return }
            unsent -= count
            tell(.write(piece, counted))
        }
    }

    private func finishSending() {
        guard let sending else { return }
        self.sending = nil
        sending.done.succeed(ConnectionHandler.now.since(sending.began).nanoseconds)
    }

    // MARK: Pipes

    /// Opens a stream for what comes from a Unix socket.
    func pipe(_ channel: any Channel, over other: any Channel) throws {
        guard context != nil else { throw Lost() }
        let pipe = StreamPipe(over: connection)
        try channel.pipeline.syncOperations.addHandler(pipe)
        opening.append(pipe)
        tell(.openStream(EndSettings.pipedProtocol))
    }
}
