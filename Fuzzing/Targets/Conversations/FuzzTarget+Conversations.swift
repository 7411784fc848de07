import Mutations

extension FuzzTarget {
    /// What keeps a state between messages.
    static func conversations(_ samples: Samples) -> [FuzzTarget] {
        [
            conversation("noise", "the messages of a Noise handshake") { HandshakeTalk.run(samples, &$0) },
            conversation("connection", "a TCP connection of libp2p") { ConnectionTalk.run(samples, &$0) },
            conversation("yamux", "the multiplexer") { YamuxTalk.run(&$0) },
            conversation("datagrams", "sessions over UDP") { DatagramTalk.run(samples, &$0) },
            conversation("multicast", "finding nodes on the local network") { try MulticastTalk.run(samples, &$0) },
            conversation("reconciliation", "comparing catalogs") { ReconciliationTalk.run(&$0) },
            conversation("circuit", "the session inside a circuit") { CircuitTalk.run(samples, &$0) },
            conversation("link-session", "a link over a connection") { LinkTalk.run(samples, &$0) },
            conversation("peer", "a whole node, spoken to by members and by libp2p peers") {
                try PeerTalk.run(samples, &$0)
            },
        ]
    }

    private static func conversation(
        _ name: String, _ subject: String, _ run: @escaping @Sendable (inout FuzzRandom) throws -> FuzzOutcome
    ) -> FuzzTarget {
        FuzzTarget(name, subject, form: .conversation) { _, random in
            do {
                return try run(&random)
            } catch {
                return .refused(error)
            }
        }
    }
}
