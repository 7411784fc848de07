import Gossip
import Overlay

@testable import Inference

/// Datagrams between nodes: real endpoints, and a way that takes the network's latency.
extension Network {
    static func endpoint(of node: Int) -> UDPEndpoint {
        UDPEndpoint(ip: .v4(10 << 24 + UInt32(node) + 1), port: 4_001)
    }

    func openEndpoint(of node: Int) {
        nodes[node].endpoint = DatagramEndpoint(
            identity: nodes[node].identity, mesh: nodes[node].peer.meshID.bytes,
            random: RandomSource(seed: options.seed << 32 | now.nanoseconds << 8 | UInt64(node)), at: now)
    }

    func withEndpoint(of node: Int, _ body: (inout DatagramEndpoint, Instant, inout DatagramOutbox) -> Void) {
        guard var endpoint = nodes[node].endpoint else { return }
        var outbox = DatagramOutbox()
        body(&endpoint, now, &outbox)
        nodes[node].endpoint = endpoint
        for (bytes, to) in outbox.packets {
            nodes[node].datagrams.append(bytes)
            after(options.latency) { [unowned self] in deliver(bytes, to: to, from: node) }
        }
        for received in outbox.received { take(received, at: node) }
    }

    private func deliver(_ bytes: [UInt8], to endpoint: UDPEndpoint, from sender: Int) {
        guard let node = nodes.indices.first(where: { Self.endpoint(of: $0) == endpoint }), nodes[node].isRunning
        else { return }
        withEndpoint(of: node) {
            $0.receive(Bytes(bytes: bytes), from: Self.endpoint(of: sender), at: $1, into: &$2)
        }
    }

    private func take(_ received: ReceivedDatagram, at node: Int) {
        guard let message = try? KademliaMessage(decoding: received.message) else { return }
        let introduction = received.introduction.flatMap { try? Introduction(decoding: $0) }
        enter(node) { peer, now, outbox in
            peer.receive(
                message, introduction: introduction, from: received.peer, source: received.source, at: now,
                into: &outbox)
        }
    }
}
