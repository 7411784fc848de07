import Overlay
import Testing

@testable import Gossip
@testable import Inference

/// A neighbour that says more than a node reads.
struct LinkPaceTests {
    @Test func aFloodIsReadSlowlyAndHoldsUpNobodyElse() throws {
        let chain = try Chain(Network.Options(seed: 95))
        let network = chain.network
        let flooder = try network.add()
        #expect(network.link(flooder, chain.relay))
        network.run(for: .seconds(5))
        let link = try #require(network.link(of: flooder, with: chain.relay))
        let summary = EntrySummary(key: 1, sequence: 2, fingerprint: 3)
        let message = LinkMessage.gossip(.announce(Array(repeating: summary, count: 8)))
        // No neighbour says it, so that each one is counted and nothing is answered but that.
        let flooderID = network.nodes[flooder].id
        network.enter(chain.relay) { peer, now, outbox in
            peer.withMembership(at: now, into: &outbox) {
                $0.receive(.disconnect, from: flooderID, at: now, into: &$1)
            }
        }
        let before = chain.b.dropped(.notANeighbor)
        for _ in 0..<20_000 { network.say(message, from: flooder, on: link) }
        network.run(for: .seconds(1))
        let first = chain.b.dropped(.notANeighbor) - before
        // The burst, and what the window held that had grown by then.
        #expect((4_096...12_000).contains(first), "\(first) in the first second")
        network.run(for: .seconds(9))
        let more = chain.b.dropped(.notANeighbor) - before - first
        let total = first + more
        #expect(more > 1_000 && total < 20_000, "\(more) in the nine seconds after that")
        let asked = network.now
        #expect(chain.ask()?.text == "hello")
        #expect(network.now.since(asked) < .milliseconds(200))
        network.run(for: .seconds(20))
        #expect(chain.b.dropped(.notANeighbor) - before == 20_000, "and nothing is lost")
        #expect(network.areLinked(flooder, chain.relay))
    }
}
