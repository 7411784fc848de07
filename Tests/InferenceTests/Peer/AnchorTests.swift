import Overlay
import Testing

@testable import Inference

/// Whom a node goes back to after a restart.
struct AnchorTests {
    private func network(seed: UInt64) throws -> Network {
        print("seed \(seed)")
        var options = Network.Options(seed: seed)
        options.settings.membership.wanted = 1
        return try Network(options)
    }

    /// Whom it dialed stands before whom it only knows, and those that came to it are no anchors.
    @Test func theOnesItDialedComeFirst() throws {
        let network = try network(seed: 61)
        let node = try network.add(listens: true)
        let others = try (0..<7).map { _ in try network.add(listens: true) }
        for other in others[0..<2] { #expect(network.link(other, node)) }
        for other in others[2..<7] { #expect(network.link(node, other)) }
        network.run(for: .seconds(5))
        let kept = network.nodes[node].peer.keptContacts(limit: 64).map(\.peer)
        #expect(Array(kept.prefix(4)) == others[2..<6].map { network.nodes[$0].id })
        #expect(Set(kept) == Set(others.map { network.nodes[$0].id }))
        #expect(kept.count == others.count, "each once")
        #expect(network.nodes[node].peer.keptContacts(limit: 2).map(\.peer) == Array(kept.prefix(2)))
        #expect(network.nodes[node].peer.keptContacts(limit: 0).isEmpty)
    }

    @Test func anchorsAreDialedAtOnce() throws {
        let network = try network(seed: 62)
        let node = try network.add(listens: true)
        let others = try (0..<6).map { _ in try network.add(listens: true) }
        for other in others { #expect(network.link(node, other)) }
        network.run(for: .seconds(5))
        let kept = network.nodes[node].peer.keptContacts(limit: 64)
        network.kill(node)
        network.run(for: .seconds(1))
        try network.restart(node)
        network.enter(node) { $0.resume(kept.map(\.bytes), at: $1, into: &$2) }
        #expect(network.nodes[node].peer.counters.dials == 4)
        #expect(
            network.run(atMost: .seconds(5)) { others[0..<4].allSatisfy { network.areLinked(node, $0) } })
    }

    /// Somebody wrote into the file: nobody is dialed whose record its own key did not sign.
    @Test func forgedAnchorsAreNotDialed() throws {
        let network = try network(seed: 63)
        let node = try network.add(listens: true)
        let other = try network.add(listens: true)
        var forged = network.nodes[other].peer.kademlia.own.bytes
        forged[forged.count - 1] ^= 1
        network.enter(node) { $0.resume([forged, [], [1, 2, 3]], at: $1, into: &$2) }
        #expect(network.nodes[node].peer.counters.dials == 0)
    }

    /// Anchors in one network would all be in one hand.
    @Test func eachIsOfAnotherNetwork() throws {
        var fixtures = RandomSource(seed: 64)
        func record(_ address: String) throws -> ContactRecord {
            try ContactRecord(
                signedBy: Identity(random: &fixtures), sequence: 1, issuedAt: WallTime(seconds: 1_700_000_000),
                timeToLive: .hours(12), roles: .server, addresses: [Multiaddr(text: address)])
        }
        let one = try record("/ip4/8.8.8.8/tcp/4001")
        #expect(try one.networks == record("/ip4/8.8.8.77/tcp/4002").networks)
        #expect(try one.networks.isDisjoint(with: record("/ip4/8.8.9.8/tcp/4001").networks))
        #expect(try record("/ip4/192.168.1.1/tcp/4001").networks.isEmpty)
    }
}
