import Overlay
import Testing

@testable import Inference

struct SearchTests {
    /// The searching node was linked with the middle one only.
    @Test func aNodeFindsWhomItHasNeverMet() throws {
        let network = try Network(Network.Options(seed: 23))
        let nodes = try (0..<3).map { _ in try network.add(listens: true) }
        #expect(network.link(nodes[1], nodes[2]))
        #expect(network.run(atMost: .seconds(5)) { network.nodes[nodes[1]].peer.kademlia.table.count == 1 })
        #expect(network.link(nodes[0], nodes[1]))
        #expect(network.run(atMost: .seconds(5)) { !network.nodes[nodes[0]].peer.kademlia.table.isEmpty })
        let target = network.nodes[nodes[2]].id
        network.enter(nodes[0]) { $0.lookup(NodeKey(target), id: LookupID(7), at: $1, into: &$2) }
        #expect(network.run(atMost: .seconds(10)) { network.nodes[nodes[0]].lookups[LookupID(7)] != nil })
        #expect(network.nodes[nodes[0]].lookups[LookupID(7)]?.closest.first?.peer == target)
    }
}
