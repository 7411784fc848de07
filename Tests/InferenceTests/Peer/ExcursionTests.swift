import Overlay
import Testing

@testable import Gossip
@testable import Inference

/// What the membership hears of links that it asked for.
struct ExcursionTests {
    @Test func aPeerWithoutRoomEndsTheExcursion() throws {
        let network = try Network(Network.Options(seed: 71))
        let node = try network.add(listens: true)
        let full = try network.add(listens: true) { $0.settings.mostLinks = 0 }
        let record = network.nodes[full].peer.kademlia.own
        network.enter(node) { peer, now, outbox in
            peer.membership.excursions.append(record.peer)
            #expect(peer.dial(record.contact, at: now, into: &outbox))
        }
        #expect(network.run { network.nodes[node].peer.membership.excursions.isEmpty })
        #expect(network.nodes[node].peer.linkCount == 0)
    }
}
