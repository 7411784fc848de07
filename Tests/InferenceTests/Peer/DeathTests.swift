import Overlay
import Testing

@testable import Gossip
@testable import Inference

/// Hosts that die, seen from nodes that had no link to them.
struct DeathTests {
    /// Nodes that can be dialed, with few neighbours each, so that most have no link to the first, which is a host.
    private func sparse(_ count: Int, seed: UInt64 = 81) throws -> Network {
        var options = Network.Options(seed: seed)
        options.settings.membership.wanted = 2
        options.settings.membership.most = 3
        options.settings.membership.least = 1
        options.settings.membership.outboundReserve = 1
        options.settings.comfortableLinks = 3
        options.settings.idleLink = .seconds(1)
        options.settings.isAdvertising = false
        let network = try Network(options)
        for number in 0..<count {
            _ = try network.add(listens: true, bootstraps: number == 0 ? [] : [number - 1])
            network.run(for: .seconds(1))
        }
        network.publish([try Network.offer()], at: 0)
        let others = 1..<count
        #expect(network.run(atMost: .seconds(20)) { others.allSatisfy { network.lists(0, at: $0) } })
        // Links that only searches needed are closed meanwhile.
        network.run(for: .seconds(20))
        return network
    }

    private func tellings(_ network: Network, of host: Int) -> [Int] {
        let id = network.nodes[host].id
        return network.nodes.indices.map { node in network.nodes[node].unlinked.count { $0.host == id } }
    }

    @Test(arguments: [81, 82])
    func everybodyFindsOutWithinThreeSeconds(seed: UInt64) throws {
        let network = try sparse(10, seed: seed)
        let others = 1..<10
        let far = others.filter { !network.areLinked($0, 0) }
        try #require(far.count >= 4, "\(far.count) nodes have no link to the host")
        let before = tellings(network, of: 0)
        network.kill(0)
        #expect(network.run(atMost: .seconds(3)) { others.allSatisfy { !network.lists(0, at: $0) } })
        network.run(for: .minutes(1))
        #expect(others.allSatisfy { !network.lists(0, at: $0) })
        for node in others {
            // On each link once, and on links that came up later.
            let told = tellings(network, of: 0)[node] - before[node]
            let links = network.nodes[node].peer.counters.linksOpened
            #expect(told <= Int(links), "node \(node) said it \(told) times on \(links) links")
            #expect(network.nodes[node].changes.count { $0 == .removed(network.nodes[0].id) } == 1)
        }
    }

    @Test func itsReturnIsNoticedAtOnce() throws {
        let network = try sparse(9)
        let others = 1..<9
        network.kill(0)
        #expect(network.run(atMost: .seconds(3)) { others.allSatisfy { !network.lists(0, at: $0) } })
        network.run(for: .seconds(30))
        try network.restart(0)
        #expect(network.link(0, 1))
        network.publish([try Network.offer()], at: 0)
        #expect(network.run(atMost: .seconds(3)) { others.allSatisfy { network.lists(0, at: $0) } })
        // And its next death is another one.
        network.run(for: .seconds(3))
        network.kill(0)
        #expect(network.run(atMost: .seconds(3)) { others.allSatisfy { !network.lists(0, at: $0) } })
    }

    @Test func aWordAboutALivingHostGoesNoFurther() throws {
        let network = try sparse(9)
        let others = 1..<9
        let far = try #require(others.first { !network.areLinked($0, 0) })
        let neighbour = try #require(others.first { $0 != far && network.areLinked($0, far) })
        let before = tellings(network, of: 0)
        for _ in 0..<30 {
            let link = try #require(network.link(of: neighbour, with: far))
            network.say(.unlinked(network.nodes[0].id), from: neighbour, on: link)
            #expect(!network.run(atMost: .seconds(1)) { others.contains { !network.lists(0, at: $0) } })
        }
        #expect(tellings(network, of: 0) == before)
        #expect(network.nodes[far].dialed.count { $0.peer == network.nodes[0].id } <= 16, "a probe in two seconds")
    }

    @Test func whoeverCannotReachAHostBothersTheOthersSeldom() throws {
        // The caller reaches the host over one relay; the other has lost its link to it, and no other way.
        let network = try Network(Network.Options(seed: 84))
        let caller = try network.add()
        let (good, bad) = (try network.add(listens: true), try network.add(listens: true) { $0.settings.mostDials = 0 })
        let host = try network.add()
        for (one, other) in [(caller, good), (caller, bad), (host, good), (host, bad)] {
            #expect(network.link(one, other))
        }
        network.publish([try Network.offer()], at: host)
        #expect(network.run(atMost: .seconds(5)) { network.lists(host, at: caller) && network.lists(host, at: bad) })
        network.cut(wire: try #require(network.wire(between: host, and: bad)))
        // Its link to the good relay goes too, so that it cannot reach the host at all.
        if let wire = network.wire(between: bad, and: good) { network.cut(wire: wire) }
        network.run(for: .minutes(5))
        #expect(network.lists(host, at: caller))
        #expect(!network.nodes[caller].changes.contains(.removed(network.nodes[host].id)))
        #expect(tellings(network, of: host)[caller] == 0)
        let probes = network.nodes[good].peer.counters.circuitsRelayed
        #expect(probes <= 40, "\(probes) circuits to the host in five minutes")
    }

    @Test func manyHostsThatDieTogetherAreTriedInTurn() throws {
        let network = try Network(Network.Options(seed: 85))
        let (caller, relay) = (try network.add(), try network.add(listens: true))
        #expect(network.link(caller, relay))
        let hosts = try (0..<40).map { _ in try network.add() }
        for host in hosts {
            #expect(network.link(host, relay))
            network.publish([try Network.offer()], at: host)
        }
        #expect(network.run { hosts.allSatisfy { network.lists($0, at: caller) } })
        for host in hosts { network.kill(host) }
        #expect(network.run(atMost: .seconds(5)) { !hosts.contains { network.lists($0, at: caller) } })
        #expect(network.nodes[caller].dropped(.hints) == 0)
    }

    @Test func aNeighbourThatCriesWolfIsHeardSoOften() throws {
        var options = Network.Options(seed: 86)
        (options.settings.hintBurst, options.settings.hintInterval) = (4, .seconds(1))
        options.settings.longestHintWait = .seconds(3)
        let network = try Network(options)
        let (caller, relay, liar) = (try network.add(), try network.add(listens: true), try network.add())
        #expect(network.link(caller, relay) && network.link(liar, caller))
        let hosts = try (0..<20).map { _ in try network.add() }
        for host in hosts {
            #expect(network.link(host, relay))
            network.publish([try Network.offer()], at: host)
        }
        #expect(network.run { hosts.allSatisfy { network.lists($0, at: caller) } })
        let link = try #require(network.link(of: liar, with: caller))
        for host in hosts { network.say(.unlinked(network.nodes[host].id), from: liar, on: link) }
        network.run(for: .seconds(1))
        #expect(network.nodes[caller].dropped(.hints) == 13, "four at once, three within three seconds")
        #expect(network.nodes[caller].peer.reachability.triesUnderWay == 0)
        network.run(for: .seconds(30))
        #expect(hosts.allSatisfy { network.lists($0, at: caller) })
        #expect(network.nodes[relay].peer.counters.circuitsRelayed == 7)
    }

    @Test func whoJoinsNeverListsAHostThatIsKnownToBeGone() throws {
        let network = try sparse(6)
        network.kill(0)
        #expect(network.run(atMost: .seconds(3)) { (1..<6).allSatisfy { !network.lists(0, at: $0) } })
        let newcomer = try network.add(listens: true, bootstraps: [1])
        let host = network.nodes[0].id
        let sawIt = network.run(atMost: .seconds(20)) { network.lists(0, at: newcomer) }
        #expect(!sawIt)
        #expect(network.nodes[newcomer].peer.mesh.catalog[host] != nil, "its entry came, and is not listed")
    }

    @Test func aDoubtfulHostIsListedAsSoonAsItWasReached() throws {
        let network = try sparse(6)
        let liar = try network.add()
        let newcomer = try network.add(listens: true)
        #expect(network.link(liar, newcomer))
        let link = try #require(network.link(of: liar, with: newcomer))
        network.say(.unlinked(network.nodes[0].id), from: liar, on: link)
        network.run(for: .seconds(1))
        #expect(network.link(newcomer, 1))
        #expect(network.run(atMost: .seconds(4)) { network.lists(0, at: newcomer) })
    }

    @Test func whoBeginsAnewWithoutItsServicesIsNotListedForAMoment() throws {
        let network = try sparse(9)
        let others = 1..<9
        network.kill(0)
        #expect(network.run(atMost: .seconds(3)) { others.allSatisfy { !network.lists(0, at: $0) } })
        network.run(for: .seconds(10))
        try network.restart(0)
        #expect(network.link(0, 1))
        #expect(!network.run(atMost: .seconds(10)) { (0..<9).contains { network.lists(0, at: $0) } })
        let host = network.nodes[0].id
        #expect(others.allSatisfy { network.nodes[$0].peer.mesh.catalog[host] == nil }, "it took it back")
    }

    @Test func whatAHostSaidBeforeItDiedDoesNotBringItBack() throws {
        let chain = try Chain()
        let network = chain.network
        let host = chain.c.identity
        let before = network.moment.wall
        network.kill(chain.host)
        #expect(network.run(atMost: .seconds(5)) { !network.lists(chain.host, at: chain.caller) })
        network.run(for: .seconds(1))
        let link = try #require(network.link(of: chain.relay, with: chain.caller))
        func say(issuedAt: WallTime) throws {
            let entry = CatalogEntry.signed(
                by: host, kind: .live, mesh: chain.a.peer.meshID,
                sequence: try #require(chain.a.peer.mesh.catalog[host.peerID]).sequence + 1, issuedAt: issuedAt,
                ttl: .hours(1), contents: try EntryContents(services: [Network.offer()]))
            network.say(.gossip(.push([entry.bytes])), from: chain.relay, on: link)
        }
        let known = try #require(chain.a.peer.mesh.catalog[host.peerID]).sequence
        try say(issuedAt: before)
        #expect(!network.run(atMost: .seconds(5)) { network.lists(chain.host, at: chain.caller) })
        #expect(try #require(chain.a.peer.mesh.catalog[host.peerID]).sequence == known + 1, "it was taken")
        // What it says after that does, without a probe.
        try say(issuedAt: network.moment.wall)
        #expect(network.run(atMost: .milliseconds(100)) { network.lists(chain.host, at: chain.caller) })
    }
}
