import Gossip
import Overlay
import Testing

@testable import Inference

/// What nodes say that they can do when they admit each other.
struct AbilityTests {
    @Test func wordsThatMeanNothingAreLeftOut() {
        let all = GossipAbilities(dictionaries: [.first], comparesShards: true, takesWidePushes: true)
        #expect(Abilities(all).text == "entries-1 shards-1 wide-1")
        #expect(Abilities().text == "", "as older nodes admit")
        #expect(Abilities(text: "entries-1 shards-1 wide-1").gossip == all)
        #expect(Abilities(text: "entries-1").gossip == GossipAbilities(dictionaries: [.first]))
        #expect(Abilities(text: "shards-1").gossip == GossipAbilities(comparesShards: true))
        #expect(Abilities(text: "").gossip == GossipAbilities())
        #expect(Abilities(text: "entries-9 poems shards-2 entries-1  entries-").gossip.dictionaries == [.first])
        for text in [
            "entries-01", "entries-", "entries", "ENTRIES-1", "xentries-1", "entries-1,", "\0entries-1", "shards-01",
            "shards",
        ] {
            #expect(Abilities(text: text) == Abilities(), "\(text)")
        }
    }

    @Test(arguments: [true, false], [true, false])
    func entriesAreCompactWhereBothKnowADictionary(here: Bool, there: Bool) throws {
        let network = try Network(Network.Options(seed: 31))
        let a = try network.add { if !here { $0.settings.gossip.dictionaries = [] } }
        let b = try network.add { if !there { $0.settings.gossip.dictionaries = [] } }
        network.publish([try Network.offer()], at: b)
        #expect(network.link(a, b))
        #expect(network.run(atMost: .seconds(2)) { network.lists(b, at: a) })
        network.publish([try Network.offer(models: ["other"])], at: b)
        #expect(network.run(atMost: .seconds(2)) { network.hosts(of: "other", at: a) == [network.nodes[b].id] })
        let sent = network.nodes[b].peer.mesh.counts.sent
        let packed = sent[.packedPush] + sent[.packedSupply]
        #expect((packed > 0) == (here && there))
        #expect(sent[.push] + sent[.supply] + packed >= 2)
        #expect(network.nodes[a].peer.mesh.counts.unreadable == 0)
    }

    @Test func aLinkInThePlaceOfAnotherKnowsTheSame() throws {
        let network = try Network(Network.Options(seed: 32))
        let (a, b) = (try network.add(), try network.add())
        #expect(network.link(a, b))
        network.run(for: .seconds(1))
        #expect(network.nodes[a].peer.mesh.neighborIDs == [network.nodes[b].id])
        let first = try #require(network.link(of: a, with: b))
        network.connect(a, to: b)
        network.run(for: .seconds(1))
        #expect(try #require(network.link(of: a, with: b)) != first)
        network.publish([try Network.offer()], at: a)
        #expect(network.run(atMost: .seconds(2)) { network.lists(a, at: b) })
        #expect(network.nodes[a].peer.mesh.counts.sent[.packedPush] > 0)
    }
}
