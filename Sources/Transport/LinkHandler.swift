import Inference
import NIOCore

/// Hands what a TCP channel receives to the node, which lives on the same event loop.
final class LinkHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let id: LinkID
    private let node: Node

    init(id: LinkID, node: Node) {
        self.id = id
        self.node = node
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        node.assumeIsolated { [id] node in node.received(bytes, on: id) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        node.assumeIsolated { [id] node in node.channelClosed(id, reason: nil) }
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        node.assumeIsolated { [id] node in node.writabilityChanged(isWritable, on: id) }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        node.assumeIsolated { [id] node in node.channelClosed(id, reason: "\(error)") }
        context.close(promise: nil)
    }
}
