import Inference
import NIOCore
import NIOPosix
import Overlay

/// Dial-backs for others: datagrams from a port that nobody has ever sent anything to, so that a firewall which lets answers in
/// does not take them for some.
extension Node {
    /// Binds a socket of each family to any free port. What comes to them is never read.
    func openDialBackSockets() async {
        guard configuration.peer.settings.usesDatagrams, dialBackChannels.isEmpty else { return }
        for host in ["0.0.0.0", "::"] {
            do {
                let channel = try await DatagramBootstrap(group: eventLoop)
                    .channelOption(.autoRead, value: false)
                    .bind(host: host, port: 0)
                    .get()
                dialBackChannels.append(channel)
            } catch {
                logger.debug("no UDP socket on \(host) for dial-backs: \(error)")
            }
        }
    }

    func sendDialBack(_ bytes: [UInt8], to endpoint: UDPEndpoint) {
        guard let (channel, address) = way(to: endpoint, over: dialBackChannels), channel.isWritable else { return }
        channel.writeAndFlush(
            AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: bytes)), promise: nil)
    }

    func take(_ nonce: DialBackNonce, from endpoint: UDPEndpoint) {
        logger.debug("a dial-back came from \(endpoint.multiaddr)")
        enter { peer, now, outbox in peer.receive(nonce, from: endpoint, at: now, into: &outbox) }
    }
}
