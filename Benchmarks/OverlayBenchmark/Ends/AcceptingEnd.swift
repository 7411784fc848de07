import Inference
import NIOCore
import NIOPosix
import Overlay
import Transport

/// Takes connections and does with their streams what the protocol says.
struct AcceptingEnd {
    /// The address has no form of a multiaddr.
    struct NoAddress: Error {}

    private let pipe: String
    private let loop: any EventLoop
    private let identity = EndSettings.identity()

    init(pipe: String, on loop: any EventLoop) {
        self.pipe = pipe
        self.loop = loop
    }

    /// Listens on a free port of loopback.
    func listen() throws -> Multiaddr {
        let (pipe, identity) = (pipe, identity)
        let channel = try ServerBootstrap(group: loop)
            .linkOptions()
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = EndSettings.connection(
                        .responder, identity, expecting: nil, at: ConnectionHandler.now)
                    let handler = ConnectionHandler(connection)
                    try channel.pipeline.syncOperations.addHandlers(
                        handler, AcceptedStreams(over: handler, pipe: pipe))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        guard let port = channel.localAddress?.port.flatMap(UInt16.init(exactly:)) else { throw NoAddress() }
        return Multiaddr(ip: .v4(0x7f00_0001), tcp: port).with(peer: identity.peerID)
    }
}

/// The streams that the other side opens.
private final class AcceptedStreams: ChannelInboundHandler {
    typealias InboundIn = Connection.Event
    typealias OutboundOut = ConnectionCommand

    private let connection: ConnectionHandler
    private let pipe: String
    private var counts: [StreamID: ByteCount] = [:]
    private var pipes: [StreamID: StreamPipe] = [:]

    init(over connection: ConnectionHandler, pipe: String) {
        self.connection = connection
        self.pipe = pipe
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .streamOpened(let stream, EndSettings.countedProtocol):
            counts[stream] = ByteCount()
        case .streamOpened(let stream, EndSettings.pipedProtocol):
            pipes[stream] = StreamPipe(stream, over: connection, context)
            connectPipe(of: stream, context)
        case .streamData(let stream, let bytes):
            received(bytes, on: stream, context)
        case .streamWritable(let stream):
            pipes[stream]?.becameWritable()
        default:
            return
        }
    }

    private func received(_ bytes: ByteBuffer, on stream: StreamID, _ context: ChannelHandlerContext) {
        if let pipe = pipes[stream] { return pipe.received(bytes) }
        context.write(wrapOutboundOut(.consumed(bytes.readableBytes, stream)), promise: nil)
        guard counts[stream]?.receive(bytes) == true else { return }
        context.write(wrapOutboundOut(.write(ByteBuffer(bytes: [1]), stream)), promise: nil)
    }

    private func connectPipe(of stream: StreamID, _ context: ChannelHandlerContext) {
        guard let pipe = pipes[stream] else { return }
        let bound = NIOLoopBound(pipe, eventLoop: context.eventLoop)
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(unixDomainSocketPath: self.pipe).whenFailure { error in print("pipe: \(error)") }
    }
}

/// Counts the bytes of messages that begin with their length.
struct ByteCount {
    private var header = ByteBuffer()
    private var missing: Int?

    /// - Returns: whether a message is complete; the next begins behind the answer to it.
    mutating func receive(_ bytes: ByteBuffer) -> Bool {
        var bytes = bytes
        if missing == nil {
            header.writeBuffer(&bytes)
            missing = header.readInteger(as: UInt64.self).map(Int.init(clamping:))
            bytes = header
            if missing != nil { header = ByteBuffer() }
        }
        guard let missing else { return false }
        let rest = missing - bytes.readableBytes
        self.missing = rest > 0 ? rest : nil
        return rest <= 0
    }
}
