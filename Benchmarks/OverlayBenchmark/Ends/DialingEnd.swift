import Inference
import NIOCore
import NIOPosix
import Overlay
import Transport

/// Dials the other end: one connection for streams, and many that last until the first byte.
struct DialingEnd {
    private let target: Multiaddr
    private let loop: any EventLoop
    private let identity = EndSettings.identity()
    private let streams: NIOLoopBound<DialedStreams>
    private let channel: any Channel

    init(to target: Multiaddr, on loop: any EventLoop) throws {
        self.target = target
        self.loop = loop
        (channel, streams) = try Self.open(to: target, as: identity, on: loop) { DialedStreams(over: $0) }
    }

    private static func open<Handler: ChannelHandler>(
        to target: Multiaddr, as identity: Identity, on loop: any EventLoop,
        _ owner: @escaping @Sendable (ConnectionHandler) -> Handler
    ) throws -> (any Channel, NIOLoopBound<Handler>) {
        let made = loop.makePromise(of: NIOLoopBound<Handler>.self)
        let channel = try ClientBootstrap(group: loop)
            .linkOptions()
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = EndSettings.connection(
                        .initiator, identity, expecting: target.peer, at: ConnectionHandler.now)
                    let handler = ConnectionHandler(connection)
                    let owner = owner(handler)
                    try channel.pipeline.syncOperations.addHandlers(handler, owner)
                    made.succeed(NIOLoopBound(owner, eventLoop: loop))
                }
            }
            .connect(host: "127.0.0.1", port: Int(target.tcpPort ?? 0)).wait()
        return (channel, try made.futureResult.wait())
    }

    /// Sends so many bytes on the one stream.
    /// - Returns: nanoseconds until the other end had them all.
    func send(_ count: Int) throws -> UInt64 {
        let (streams, loop) = (streams, loop)
        return try loop.flatSubmit { streams.value.send(count, on: loop) }.wait()
    }

    /// Connects anew and leaves.
    /// - Returns: nanoseconds from the connect to the first byte that the other end, by then authenticated, sent on a stream.
    func connect() throws -> UInt64 {
        let began = ConnectionHandler.now
        let first = loop.makePromise(of: Instant.self)
        let (channel, _) = try Self.open(to: target, as: identity, on: loop) { _ in FirstByte(first) }
        let span = try first.futureResult.wait().since(began)
        try channel.closeFuture.wait()
        return span.nanoseconds
    }

    /// Each connection to this Unix socket becomes a stream that the other end passes on.
    func listen(onPipe path: String) throws {
        let (streams, connection) = (streams, channel)
        _ = try ServerBootstrap(group: loop)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try streams.value.pipe(channel, over: connection)
                }
            }
            .bind(unixDomainSocketPath: path).wait()
    }
}

/// Pings once and ends the connection with the first byte of the answer.
private final class FirstByte: ChannelInboundHandler {
    typealias InboundIn = Connection.Event
    typealias OutboundOut = ConnectionCommand

    /// The connection ended before a byte came.
    struct Lost: Error {}

    private let promise: EventLoopPromise<Instant>

    init(_ promise: EventLoopPromise<Instant>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .established:
            let ping = ByteBuffer(repeating: 7, count: EndSettings.pingLength)
            context.write(wrapOutboundOut(.openStream(EndSettings.pingProtocol, first: ping)), promise: nil)
        case .streamData:
            promise.succeed(ConnectionHandler.now)
            context.write(wrapOutboundOut(.close), promise: nil)
        case .closed:
            promise.fail(Lost())
        default:
            return
        }
    }
}
