import Overlay
import Testing

@testable import samnode

struct TCPMultiaddrTests {
    private static let peer = TestMesh.peer(7)

    @Test func takesAddressesWithAndWithoutAPeer() throws {
        let whole = try TCPMultiaddr("/ip4/192.0.2.1/tcp/4001/p2p/\(Self.peer)")
        #expect((whole.host, whole.port) == ("192.0.2.1", 4_001))
        #expect(whole.peer == Self.peer)
        #expect(try TCPMultiaddr("/ip6/::1/tcp/0").peer == nil)
        #expect(try TCPMultiaddr("/dns4/example.org/tcp/80").host == "example.org")
    }

    @Test(arguments: [
        "", "nonsense", "/", "/ip4/1.2.3.4", "/ip4/1.2.3.4/udp/1/quic-v1", "/ip4/1.2.3.4/tcp/1/ws", "/tcp/1",
        "/ip4/1.2.3/tcp/1", "/ip4/1.2.3.4/tcp/65536",
        // A peer with an RSA key: dialing it without checking who answers would be a lie.
        "/ip4/1.2.3.4/tcp/1/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC",
    ])
    func refusesEverythingElse(text: String) {
        #expect { try TCPMultiaddr(text) } throws: { error in
            guard let error = error as? ConsoleError else { return false }
            return error.exit == .usage && !error.message.contains("\n")
        }
    }
}
