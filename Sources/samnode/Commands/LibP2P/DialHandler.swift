import NIOCore
import Overlay
import Transport

/// Asks the peer at the other end of a connection who it is, pings it, and ends the connection.
final class DialHandler: ProbeHandler {
    typealias InboundIn = Connection.Event
    typealias OutboundOut = ConnectionCommand

    private static let pingProtocol = "/ipfs/ping/1.0.0"
    private static let pingLength = 32

    /// A ping under way.
    private struct Ping {
        var expected: ByteBuffer
        var sentAt: Instant
        var received = ByteBuffer()
    }

    let done: EventLoopPromise<Void>
    let timeout: TimeAmount
    var timer: Scheduled<Void>?
    private let report: @Sendable (ProbeEvent) -> Void
    private var random: RandomSource
    private var peer: PeerID?
    private var isIdentified = false
    private var pingsLeft: Int
    private var ping: Ping?

    init(
        pings: Int, timeout: TimeAmount, random: RandomSource, done: EventLoopPromise<Void>,
        report: @escaping @Sendable (ProbeEvent) -> Void
    ) {
        pingsLeft = pings
        self.timeout = timeout
        self.random = random
        self.done = done
        self.report = report
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .established(let peer):
            self.peer = peer
            report(.connected(peer))
            command(.openStream(Self.pingProtocol), context)
        case .identified(let info):
            guard let peer else { return }
            isIdentified = true
            report(.identified(info, as: peer))
            finishIfDone(context)
        case .streamAccepted(let stream):
            sendPing(on: stream, context)
        case .streamData(let stream, let bytes):
            command(.consumed(bytes.readableBytes, stream), context)
            receivePong(bytes, on: stream, context)
        case .streamRefused(_, let reason):
            fail("the peer does not answer pings (\(reason.words))", context)
        case .streamFinished, .streamReset:
            if pingsLeft > 0 { fail("the peer ended the stream of pings", context) }
        case .closed(let reason):
            done.fail(ProbeFailure(description: "\(reason)"))
        case .streamOpened, .streamWritable, .pinged, .pingReceived:
            return
        }
    }

    var missing: String {
        if peer == nil { return "a handshake" }
        return isIdentified ? "the answer to a ping" : "an answer to identify"
    }

    private func sendPing(on stream: StreamID, _ context: ChannelHandlerContext) {
        let payload = ByteBuffer(bytes: random.bytes(Self.pingLength))
        ping = Ping(expected: payload, sentAt: ConnectionHandler.now)
        command(.write(payload, stream), context)
    }

    private func receivePong(_ bytes: ByteBuffer, on stream: StreamID, _ context: ChannelHandlerContext) {
        guard var ping else { return fail("the peer sent an answer before it was asked", context) }
        ping.received.writeImmutableBuffer(bytes)
        guard ping.expected.readableBytesView.starts(with: ping.received.readableBytesView) else {
            return fail("the peer answered a ping with other bytes than it was sent", context)
        }
        guard ping.received.readableBytes == Self.pingLength else { return self.ping = ping }
        self.ping = nil
        report(.ping(ConnectionHandler.now.since(ping.sentAt)))
        pingsLeft -= 1
        guard pingsLeft == 0 else { return sendPing(on: stream, context) }
        finishIfDone(context)
    }

    private func finishIfDone(_ context: ChannelHandlerContext) {
        guard isIdentified, pingsLeft == 0 else { return }
        done.succeed()
        command(.close, context)
    }
}

extension Connection.StreamRefusal {
    /// For people.
    var words: String {
        switch self {
        case .protocolNotSupported: "it does not support the protocol"
        case .closedByPeer: "it closed the stream"
        case .timedOut: "no answer in time"
        case .badNegotiation: "its answer was not multistream-select"
        case .tooManyStreams, .notConnected: "no stream can be opened"
        }
    }
}
