import NIOCore

/// Hands the datagrams of one UDP socket to the node, which lives on the same event loop.
final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let node: Node

    init(node: Node) {
        self.node = node
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        node.assumeIsolated { node in node.received(envelope.data, from: envelope.remoteAddress) }
    }

    /// What a socket reports about one datagram, such as that nobody listens at its address, ends nothing: whoever asked
    /// asks again.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        node.assumeIsolated { node in node.socketFailed(error) }
    }
}
