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

    /// Somebody who has no room says nothing about whether he is there: the next search finds him when he has.
    @Test func aPeerWithoutRoomIsFoundWhenItHasSome() throws {
        let network = try Network(Network.Options(seed: 24))
        let searcher = try network.add(listens: true) { $0.settings.membership.wanted = 1 }
        let middle = try network.add(listens: true)
        let full = try network.add(listens: true) { $0.settings.mostLinks = 2 }
        let occupant = try network.add()
        #expect(network.link(middle, full) && network.link(occupant, full))
        #expect(network.run(atMost: .seconds(5)) { network.nodes[middle].peer.kademlia.table.count == 1 })
        #expect(network.link(searcher, middle))
        let target = NodeKey(network.nodes[full].id)
        network.enter(searcher) { $0.lookup(target, id: LookupID(1), at: $1, into: &$2) }
        #expect(network.run(atMost: .seconds(3)) { network.nodes[searcher].lookups[LookupID(1)] != nil })
        #expect(network.nodes[searcher].lookups[LookupID(1)]?.closest.first?.peer != network.nodes[full].id)

        // Longer than a dial may take, shorter than an unreachable peer is left alone.
        network.run(for: .seconds(20))
        network.kill(occupant)
        network.run(for: .seconds(1))
        network.enter(searcher) { $0.lookup(target, id: LookupID(2), at: $1, into: &$2) }
        #expect(network.run(atMost: .seconds(10)) { network.nodes[searcher].lookups[LookupID(2)] != nil })
        #expect(network.nodes[searcher].lookups[LookupID(2)]?.closest.first?.peer == network.nodes[full].id)
    }
}
