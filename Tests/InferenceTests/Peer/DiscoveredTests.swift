import Overlay
import Testing

@testable import Inference

/// Peers that somebody on the local network names.
struct DiscoveredTests {
    private func tell(_ node: Int, _ peer: PeerID, _ addresses: [Multiaddr], in network: Network) -> Bool {
        network.enter(node) { $0.found(peer, at: addresses, at: $1, into: &$2) }
    }

    private func address(of node: Int, in network: Network) throws -> [Multiaddr] {
        [try #require(network.nodes[node].address)]
    }

    @Test func aNodeThatIsToldOfAnotherLinks() throws {
        let network = try Network()
        let (a, b) = (try network.add(), try network.add(listens: true))
        #expect(tell(a, network.nodes[b].id, try address(of: b, in: network), in: network))
        #expect(network.run(atMost: .seconds(5)) { network.areLinked(a, b) })
        #expect(network.nodes[a].hasNotice("on the local network"))
        #expect(!tell(a, network.nodes[b].id, try address(of: b, in: network), in: network), "it is linked")
    }

    @Test func nobodyDialsItselfOrNowhere() throws {
        let network = try Network()
        let (a, b) = (try network.add(listens: true), try network.add(listens: true))
        #expect(!tell(a, network.nodes[a].id, try address(of: a, in: network), in: network))
        #expect(!tell(a, network.nodes[b].id, [], in: network))
    }

    @Test func aPeerThatIsNotThereIsLeftAloneForAWhile() throws {
        let network = try Network()
        let (a, b) = (try network.add(), try network.add(listens: true))
        network.kill(b)
        let (id, addresses) = (network.nodes[b].id, try address(of: b, in: network))
        #expect(tell(a, id, addresses, in: network))
        #expect(!tell(a, id, addresses, in: network), "a dial is under way")
        network.run(for: .milliseconds(500))
        #expect(!tell(a, id, addresses, in: network), "it has just failed")
        network.run(for: .minutes(2))
        #expect(tell(a, id, addresses, in: network))
    }

    @Test func aNodeWithLinksEnoughDoesNotDial() throws {
        let network = try Network()
        let a = try network.add { $0.settings.membership.wanted = 1 }
        let (b, c) = (try network.add(listens: true), try network.add(listens: true))
        #expect(tell(a, network.nodes[b].id, try address(of: b, in: network), in: network))
        #expect(network.run(atMost: .seconds(5)) { network.areLinked(a, b) })
        #expect(!tell(a, network.nodes[c].id, try address(of: c, in: network), in: network))
    }

    @Test func aNodeThatLeavesDoesNotDial() throws {
        let network = try Network()
        let (a, b) = (try network.add(), try network.add(listens: true))
        network.enter(a) { $0.leave(at: $1, into: &$2) }
        #expect(!tell(a, network.nodes[b].id, try address(of: b, in: network), in: network))
    }
}
