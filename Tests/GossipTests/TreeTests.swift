import Overlay
import Testing

@testable import Gossip

@Suite struct TreeTests {
    let alice = identity(1)
    let bob = identity(2)
    let carol = identity(3)
    let origin = identity(9)

    private func news(_ sequence: UInt64, by signer: Identity? = nil) throws -> CatalogEntry {
        entry(by: signer ?? origin, sequence: sequence, contents: try contents(["model-\(sequence)"]))
    }

    // MARK: Cutting

    @Test func fewNeighboursAreEagerAtFirst() {
        var bench = Bench(isEager: false)
        for number in 1...6 as ClosedRange<UInt64> { bench.up(identity(number)) }
        #expect(bench.mesh.eagerNeighbors.count == GossipSettings().eagerAtFirst)
        #expect(bench.outbox.contains(.send(.graft([]), to: alice.peerID)))
    }

    @Test func onceAnOriginRulesWhoeverPushesItsEntriesAgainIsPruned() throws {
        var bench = Bench()
        for peer in [alice, bob] { bench.up(peer) }
        for sequence in 1...3 as ClosedRange<UInt64> {
            bench.now = moment(sequence * 2)
            bench.receive(.push([try news(sequence).bytes]), from: alice)
            bench.outbox = []
            bench.receive(.push([try news(sequence).bytes]), from: bob)
            if bench.sent(to: bob).contains(.prune) { break }
        }
        #expect(bench.mesh.eagerNeighbors == [alice.peerID])
        bench.receive(.push([try news(9).bytes]), from: alice)
        bench.wake()
        #expect(bench.sent(to: bob).isEmpty, "it is announced later")
        bench.run(to: 8)
        #expect(bench.sent(to: bob) == [.announce([EntrySummary(of: try news(9))])])
    }

    @Test func aForgedEntryDoesNotRule() throws {
        let originKey = Record.key(of: origin.peerID)
        let others = (100..<200 as Range<UInt64>).map { identity($0) }
        let lower = try #require(others.first { Record.key(of: $0.peerID) < originKey })
        let forged = flipped(try news(1, by: lower).bytes, at: 150)
        for isForged in [false, true] {
            var bench = Bench()
            for peer in [alice, bob, carol] { bench.up(peer) }
            for sequence in 1...2 as ClosedRange<UInt64> {
                bench.now = moment(sequence * 4)
                if isForged { bench.receive(.push([forged]), from: carol) }
                bench.receive(.push([try news(sequence).bytes]), from: alice)
            }
            for peer in [bob, carol] { bench.receive(.push([try news(2).bytes]), from: peer) }
            #expect(bench.mesh.eagerNeighbors == [alice.peerID], "the origin rules, so both are pruned at once")
        }
    }

    @Test func entriesThatAreUnderWayTogetherDoNotCutANodeOff() throws {
        var bench = Bench()
        for peer in [alice, bob] { bench.up(peer) }
        var random = RandomSource(seed: 77)
        // Each is the first with half of what twenty origins say.
        for step in 0..<200 as Range<UInt64> {
            bench.now = moment(step / 10, plus: step % 10 * 100)
            let news = try news(step + 1, by: identity(20 + step % 20))
            let order = random.below(2) == 0 ? [alice, bob] : [bob, alice]
            for peer in order where bench.mesh.neighbors[peer.peerID]?.isEager == true {
                bench.receive(.push([news.bytes]), from: peer)
            }
            #expect(!bench.mesh.eagerNeighbors.isEmpty)
        }
    }

    @Test func aNeighbourMayAskForAnnouncementsOnly() throws {
        var bench = Bench()
        for peer in [alice, bob] { bench.up(peer) }
        bench.receive(.prune, from: bob)
        bench.outbox = []
        bench.receive(.push([try news(1).bytes]), from: alice)
        bench.wake()
        #expect(bench.sent(to: bob).pushed.isEmpty)
        bench.receive(.graft([EntrySummary(of: try news(1))]), from: bob)
        #expect(bench.sent(to: bob).pushed == [try news(1).bytes])
        bench.receive(.push([try news(2).bytes]), from: alice)
        bench.wake()
        #expect(bench.sent(to: bob).pushed == [try news(2).bytes])
    }

    // MARK: Mending

    @Test func whatWasAnnouncedAndDidNotComeIsAskedFor() throws {
        var bench = Bench()
        for peer in [alice, bob] { bench.up(peer) }
        bench.receive(.prune, from: bob)
        let summary = EntrySummary(of: try news(1))
        bench.outbox = []
        bench.receive(.announce([summary]), from: bob)
        #expect(bench.sent(to: bob).isEmpty)
        let patience = GossipSettings().firstPatience
        #expect(bench.mesh.nextDeadline <= bench.now.instant + patience)
        bench.run(to: 1)
        #expect(bench.outbox.contains(.send(.graft([summary]), to: bob.peerID)))
        #expect(bench.mesh.neighbors[bob.peerID]?.isEager == true)
        bench.receive(.push([try news(1).bytes]), from: bob)
        #expect(bench.mesh.missing.count == 0)
        #expect(bench.changes == [.added(origin.peerID)])
    }

    @Test func whenTheFirstDoesNotAnswerTheNextIsAskedAndThenNobody() throws {
        var bench = Bench()
        for peer in [alice, bob, carol] { bench.up(peer) }
        let summary = EntrySummary(of: try news(1))
        for peer in [alice, bob] { bench.receive(.announce([summary]), from: peer) }
        bench.outbox = []
        bench.run(to: 10)
        let asked = bench.outbox.compactMap { action -> PeerID? in
            if case .send(.graft([summary]), let peer) = action { peer } else { nil }
        }
        #expect(asked == [alice.peerID, bob.peerID])
        #expect(bench.mesh.missing.count == 0)
    }

    @Test func aLostNeighbourIsNotWaitedFor() throws {
        var bench = Bench()
        for peer in [alice, bob] { bench.up(peer) }
        let summary = EntrySummary(of: try news(1))
        bench.receive(.announce([summary]), from: bob)
        bench.outbox = []
        bench.down(alice)
        bench.wake()
        #expect(bench.outbox.contains(.send(.graft([summary]), to: bob.peerID)))
    }

    @Test func announcementsAreBoundedAndCountAgainstTheNeighbour() throws {
        var settings = GossipSettings()
        settings.missingCapacity = 3
        var bench = Bench(settings: settings)
        bench.up(alice)
        let summaries = (0..<5 as Range<UInt64>).map { EntrySummary(key: $0 << 40, sequence: 1, fingerprint: 0) }
        bench.receive(.announce(summaries), from: alice)
        #expect(bench.drops == [.missingFull])
        #expect(bench.mesh.missing.count == 3)
    }

    // MARK: A mesh

    @Test(arguments: 1...5 as ClosedRange<UInt64>) func copiesBecomeFewAndNothingIsMissed(seed: UInt64) {
        print("seed \(seed)")
        let count = 40
        var world = World(count: count, seed: seed)
        world.connectRandomly(degree: 8)
        world.run(.seconds(5))
        for round in 0..<10 {
            world.publish(0, ["warm-\(round)"])
            world.run(.seconds(3))
        }
        let before = world.nodes.reduce(0) { $0 + $1.counts.duplicates }
        for round in 0..<10 {
            world.publish(0, ["m-\(round)"])
            world.run(.seconds(3))
            for node in world.nodes.indices {
                #expect(world.nodes[node].catalog[world.nodes[0].peerID]?.services.first?.models == ["m-\(round)"])
            }
        }
        let copies = world.nodes.reduce(0) { $0 + $1.counts.duplicates } - before
        #expect(Double(copies) <= 0.2 * Double(10 * (count - 1)))
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>) func aBrokenTreeIsMended(seed: UInt64) {
        print("seed \(seed)")
        var world = World(count: 40, seed: seed)
        world.connectRandomly(degree: 8)
        world.run(.seconds(5))
        for round in 0..<10 {
            world.publish(0, ["warm-\(round)"])
            world.run(.seconds(3))
        }
        // A third of all links end, and the next entry reaches everybody all the same, long before catalogs are compared.
        for (number, pair) in world.linkedPairs.enumerated() where number % 3 == 0 { world.disconnect(pair.0, pair.1) }
        world.publish(0, ["news"])
        world.run(.milliseconds(1_500))
        for node in world.nodes.indices {
            #expect(world.nodes[node].catalog[world.nodes[0].peerID]?.services.first?.models == ["news"])
        }
    }
}
