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
            nodes[node].letsIn[to] = now
            after(options.latency) { [unowned self] in deliver(bytes, to: to, from: Self.endpoint(of: node)) }
        }
        for (bytes, to) in outbox.dialBacks {
            nodes[node].dialBacks.append(bytes)
            let spare = UDPEndpoint(ip: Self.endpoint(of: node).ip, port: 50_000)
            after(options.latency) { [unowned self] in deliver(bytes, to: to, from: spare) }
        }
        for received in outbox.received { take(received, at: node) }
        for (nonce, from) in outbox.receivedDialBacks {
            enter(node) { peer, now, outbox in peer.receive(nonce, from: from, at: now, into: &outbox) }
        }
    }

    /// A firewall lets in for two minutes what may be an answer: from exactly where something was sent.
    private func deliver(_ bytes: [UInt8], to endpoint: UDPEndpoint, from sender: UDPEndpoint) {
        guard let node = nodes.indices.first(where: { Self.endpoint(of: $0) == endpoint }), nodes[node].isRunning
        else { return }
        if nodes[node].hasFirewall {
            guard let last = nodes[node].letsIn[sender], now.since(last) < .minutes(2) else { return }
        }
        withEndpoint(of: node) { $0.receive(Bytes(bytes: bytes), from: sender, at: $1, into: &$2) }
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
