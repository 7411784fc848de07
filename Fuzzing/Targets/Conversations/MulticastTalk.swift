import Mutations
import Overlay

/// A node that listens to the local network, on which anything is said.
enum MulticastTalk {
    private static let steps = 40

    static func run(_ samples: Samples, _ random: inout FuzzRandom) throws -> FuzzOutcome {
        let messages = try samples.dnsMessages().map { try $0.encoded() }
        var tampering = Tampering(&random, pool: messages)
        var now = Instant.zero + .seconds(1)
        var nodes = try samples.peers.prefix(2).map {
            try MulticastDiscovery(
                mesh: samples.mesh.bytes, peer: $0, random: RandomSource(seed: random.next()), at: now)
        }
        var found = 0
        var said = messages
        for step in 0..<steps {
            let node = random.below(nodes.count)
            var outbox = MulticastDiscovery.Outbox()
            switch random.below(4) {
            case 0: nodes[node].setAddresses(Array(samples.addresses.prefix(random.below(4))), at: now, into: &outbox)
            case 1: nodes[node].wake(at: now, into: &outbox)
            default:
                for piece in tampering.pieces(of: random.pick(said), &random) {
                    nodes[node].receive(
                        piece, from: .v4(0xC0A8_0000 + UInt32(random.below(4))),
                        port: random.isOnce(in: 20) ? 1 : MulticastDiscovery.port, at: now, into: &outbox)
                }
            }
            if step == steps - 1 { nodes[node].leave(into: &outbox) }
            for action in outbox.actions {
                switch action {
                case .send(let bytes):
                    guard (try? DNSMessage(decoding: bytes)) != nil else { return .broken("sends what is no message") }
                    said.append(bytes)
                case .found(let peer, let addresses):
                    found += 1
                    if addresses.isEmpty { return .broken("finds \(peer) nowhere") }
                case .left: continue
                }
            }
            now = now + .milliseconds(UInt64(random.below(5_000)))
        }
        return .accepted(found > 0 ? "found" : "heard")
    }
}
