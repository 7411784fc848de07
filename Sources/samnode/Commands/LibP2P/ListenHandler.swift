import NIOCore
import Overlay

/// Reports what the peer at the other end of an accepted connection does; identify and ping are answered below.
final class ListenHandler: ChannelInboundHandler {
    typealias InboundIn = Connection.Event

    private let report: @Sendable (ProbeEvent) -> Void
    private var peer: PeerID?

    init(report: @escaping @Sendable (ProbeEvent) -> Void) {
        self.report = report
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .established(let peer):
            self.peer = peer
            report(.connected(peer))
        case .identified(let info):
            if let peer { report(.identified(info, as: peer)) }
        case .pingReceived:
            if let peer { report(.pingReceived(from: peer)) }
        case .closed(let reason):
            report(.disconnected(peer, reason))
        case .streamOpened, .streamAccepted, .streamRefused, .streamData, .streamFinished, .streamReset,
            .streamWritable, .pinged:
            return
        }
    }
}
