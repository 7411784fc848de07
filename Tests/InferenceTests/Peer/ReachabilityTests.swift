import Gossip
import Overlay
import Testing

@testable import Inference

/// Hosts that are listed but may be gone.
struct ReachabilityTests {
    @Test func aHostThatDiedIsNotListedWithinFiveSeconds() throws {
        let chain = try Chain()
        chain.network.kill(chain.host)
        #expect(chain.network.run(atMost: .seconds(5)) { !chain.network.lists(chain.host, at: chain.caller) })
        #expect(!chain.network.lists(chain.host, at: chain.relay))
        #expect(chain.a.changes.last == .removed(chain.c.id) && chain.b.changes.last == .removed(chain.c.id))
        #expect(chain.a.hasNotice("is listed but cannot be reached"))
        #expect(chain.a.peer.mesh.catalog[chain.c.id] != nil)
    }

    @Test func itIsTriedAgainWithGrowingPauses() throws {
        let chain = try Chain()
        chain.network.kill(chain.host)
        chain.network.run(for: .minutes(10))
        let probes = chain.b.dropped(.relayRefused)
        #expect((15...35).contains(probes), "\(probes) probes in ten minutes")
        #expect(chain.a.changes.count { $0 == .removed(chain.c.id) } == 1)
        #expect(chain.a.notices.count { $0.text.contains("is listed but") } == 1)
    }

    @Test func itIsBackWithinFiveSecondsOfItsReturn() throws {
        let chain = try Chain()
        chain.network.kill(chain.host)
        chain.network.run(for: .minutes(3))
        #expect(!chain.network.lists(chain.host, at: chain.caller))
        try chain.network.restart(chain.host)
        #expect(chain.network.link(chain.host, chain.relay))
        chain.network.publish([try Network.offer()], at: chain.host)
        #expect(chain.network.run(atMost: .seconds(5)) { chain.network.lists(chain.host, at: chain.caller) })
        #expect(chain.ask()?.text == "hello")
    }

    @Test func aLinkThatComesBackWithoutNewsIsFoundByTrying() throws {
        let chain = try Chain()
        let network = chain.network
        // A host that names no relay has nothing new to say when its link is back.
        network.nodes[chain.host].peer.announcement.deadline = .distantFuture
        network.cut(wire: try #require(network.wire(between: chain.host, and: chain.relay)))
        #expect(network.run(atMost: .seconds(5)) { !network.lists(chain.host, at: chain.caller) })
        #expect(network.link(chain.host, chain.relay))
        #expect(network.run(atMost: .seconds(40)) { network.lists(chain.host, at: chain.caller) })
        #expect(chain.ask()?.text == "hello")
    }

    @Test func aFalseWordDoesNotRemoveALivingHost() throws {
        let chain = try Chain()
        let network = chain.network
        let liar = try network.add()
        #expect(network.link(liar, chain.caller))
        network.run(for: .seconds(1))
        let changes = chain.a.changes
        let link = try #require(network.link(of: liar, with: chain.caller))
        for _ in 0..<20 {
            network.say(.unlinked(network.nodes[chain.host].id), from: liar, on: link)
            #expect(network.run(atMost: .milliseconds(300)) { !network.lists(chain.host, at: chain.caller) } == false)
        }
        #expect(chain.a.changes == changes && chain.a.peer.callings.isEmpty)
        #expect(chain.c.backends.isEmpty && chain.c.peer.counters.requestsServed == 0)
    }

    /// The host stands still, and goes on during the second try or not at all.
    @Test(arguments: [true, false]) func silenceIsBelievedTheSecondTime(goesOn: Bool) throws {
        let chain = try Chain(Network.Options(seed: 72))
        let network = chain.network
        let liar = try network.add()
        #expect(network.link(liar, chain.caller))
        network.run(for: .seconds(1))
        let changes = chain.a.changes
        let wire = try #require(network.wire(between: chain.host, and: chain.relay))
        network.wires[wire].delay = .milliseconds(1_500)
        let link = try #require(network.link(of: liar, with: chain.caller))
        network.say(.unlinked(chain.c.id), from: liar, on: link)
        network.run(for: .milliseconds(2_500))
        #expect(network.lists(chain.host, at: chain.caller) && chain.a.peer.callings.count == 1)
        if goesOn { network.wires[wire].delay = .zero }
        network.run(for: .seconds(2))
        #expect(network.lists(chain.host, at: chain.caller) == goesOn)
        #expect(chain.a.peer.callings.isEmpty && (chain.a.changes == changes) == goesOn)
    }

    @Test func aHostBehindABusyRelayIsNotCalledGone() throws {
        let chain = try Chain(Network.Options(seed: 71))
        let network = chain.network
        network.nodes[chain.host].script = .manual
        for _ in 0..<32 { network.call(chain.host, from: chain.caller) }
        let link = try #require(network.link(of: chain.relay, with: chain.caller))
        network.run(for: .seconds(1))
        #expect(chain.b.peer.relays.count == 32)
        network.say(.unlinked(network.nodes[chain.host].id), from: chain.relay, on: link)
        network.run(for: .seconds(5))
        #expect(network.lists(chain.host, at: chain.caller))
        #expect(!chain.a.changes.contains(.removed(chain.c.id)))
    }

    @Test func unlinkedOfUnknownPeersCostsNothing() throws {
        let chain = try Chain()
        let link = try #require(chain.network.link(of: chain.relay, with: chain.caller))
        for number in 0..<50 {
            let peer = try AuthorizationFixture.peer(UInt8(100 + number))
            chain.network.say(.unlinked(peer), from: chain.relay, on: link)
        }
        chain.network.run(for: .seconds(1))
        #expect(chain.a.peer.callings.isEmpty && chain.a.peer.counters.dials == 0)
        #expect(chain.ask()?.text == "hello")
    }
}
