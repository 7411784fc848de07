import Overlay
import Testing

@testable import Inference

/// When a host's entry names other relays.
struct RelayNamingTests {
    /// A host among five others, with an entry that names three of them.
    private func hostAmongFive() throws -> (network: Network, host: Int, named: [Int]) {
        let network = try Network(Network.Options(seed: 71))
        let host = try network.add()
        let others = try (0..<5).map { _ in try network.add() }
        for other in others { #expect(network.link(host, other)) }
        network.publish([try Network.offer()], at: host)
        network.run(for: .seconds(30))
        let named = others.filter { relays(of: host, in: network).contains(network.nodes[$0].id) }
        try #require(named.count == 3)
        return (network, host, named)
    }

    private func relays(of host: Int, in network: Network) -> [PeerID] {
        network.nodes[host].peer.mesh.catalog[network.nodes[host].id]?.relays ?? []
    }

    private func names(_ node: Int, _ host: Int, in network: Network) -> Bool {
        relays(of: host, in: network).contains(network.nodes[node].id)
    }

    @Test func oneOfThreeMayBeGoneForAWhile() throws {
        let (network, host, named) = try hostAmongFive()
        network.kill(named[0])
        network.run(for: .minutes(4))
        #expect(names(named[0], host, in: network), "a quiet mesh is quiet")
        network.run(for: .seconds(70))
        #expect(!names(named[0], host, in: network) && relays(of: host, in: network).count == 3)
    }

    @Test func whenOneIsLeftOthersAreNamedSoon() throws {
        let (network, host, named) = try hostAmongFive()
        for node in named[..<2] { network.kill(node) }
        network.run(for: .seconds(25))
        #expect(!names(named[0], host, in: network) && !names(named[1], host, in: network))
        #expect(relays(of: host, in: network).count == 3)
    }

    @Test func whenNoneIsLeftOthersAreNamedAtOnce() throws {
        let (network, host, named) = try hostAmongFive()
        for node in named { network.kill(node) }
        network.run(for: .seconds(1))
        #expect(!relays(of: host, in: network).isEmpty && named.allSatisfy { !names($0, host, in: network) })
    }
}
