import Gossip
import Overlay
import Testing

@testable import Inference

struct CatalogLinkTests {
    @Test(arguments: Cutting.allCases)
    func whatWasPublishedBeforeTheLinkArrives(cutting: Cutting) throws {
        let network = try Network(Network.Options(seed: 21, cutting: cutting))
        let (a, b) = (try network.add(), try network.add())
        network.publish([try Network.offer()], at: b)
        #expect(network.link(a, b))
        #expect(network.run(atMost: .seconds(2)) { network.lists(b, at: a) })
        #expect(network.nodes[a].changes == [.added(network.nodes[b].id)])
    }

    @Test func changesTravelOverARelayWithinTwoSeconds() throws {
        let chain = try Chain()
        let network = chain.network
        network.publish([try Network.offer(models: ["other"])], at: chain.host)
        #expect(
            network.run(atMost: .seconds(2)) {
                network.hosts(of: "other", at: chain.caller) == [chain.c.id]
                    && !network.lists(chain.host, at: chain.caller)
            })
        network.publish([], at: chain.host)
        #expect(network.run(atMost: .seconds(2)) { network.hosts(of: "other", at: chain.caller).isEmpty })
        #expect(chain.a.changes.last == .removed(chain.c.id))
    }

    @Test func anEntryNamesTheRelaysOfItsHost() throws {
        let chain = try Chain()
        #expect(
            chain.network.run(atMost: .seconds(5)) { chain.a.peer.mesh.catalog[chain.c.id]?.relays == [chain.b.id] })
    }

    @Test func candidatesAreTheOwnServiceFirstThenLinkedHosts() throws {
        let chain = try Chain()
        let network = chain.network
        network.publish([try Network.offer()], at: chain.relay)
        network.publish([try Network.offer()], at: chain.caller)
        #expect(network.run(atMost: .seconds(5)) { network.hosts(at: chain.caller).count == 3 })
        #expect(network.hosts(at: chain.caller) == [chain.a.id, chain.b.id, chain.c.id])
        let byName = network.nodes[chain.caller].peer.candidates(type: .inference, name: "demo", at: network.now)
        #expect(byName.map(\.isLocal) == [true, false, false] && byName.map(\.isLinked) == [false, true, false])
        #expect(network.nodes[chain.caller].peer.candidates(type: .inference, name: "absent", at: network.now).isEmpty)
        #expect(network.nodes[chain.caller].peer.candidates(type: .mcp, name: nil, at: network.now).isEmpty)
    }

    @Test func aHostThatDiedIsForgottenWhenItsEntryExpires() throws {
        let chain = try Chain()
        chain.network.kill(chain.host)
        chain.network.run(for: .minutes(65))
        #expect(chain.a.peer.mesh.catalog[chain.c.id] == nil)
        #expect(!chain.network.lists(chain.host, at: chain.caller))
    }
}
