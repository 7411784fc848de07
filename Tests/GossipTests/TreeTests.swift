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

    @Test func anEntryThatIsAlonePrunesAtOnceAndOthersDoNot() throws {
        let settings = GossipSettings()
        for isAlone in [true, false] {
            var bench = Bench()
            for peer in [alice, bob] { bench.up(peer) }
            bench.now = moment(5)
            if !isAlone { bench.receive(.push([try news(1, by: identity(8)).bytes]), from: alice) }
            bench.now = moment(5, plus: settings.usefulLife.milliseconds)
            bench.receive(.push([try news(2).bytes]), from: alice)
            bench.receive(.push([try news(2).bytes]), from: bob)
            #expect(bench.mesh.eagerNeighbors == (isAlone ? [alice.peerID] : [alice.peerID, bob.peerID]))
        }
        var bench = Bench()
        for peer in [alice, bob] { bench.up(peer) }
        bench.receive(.push([try news(1).bytes]), from: alice)
        bench.receive(.push([try news(2, by: identity(8)).bytes]), from: bob)
        bench.receive(.push([try news(1).bytes]), from: bob)
        #expect(bench.mesh.eagerNeighbors == [alice.peerID, bob.peerID], "another came after it")
    }

    @Test func twoEntriesOfTheRootAtOnceCutNobodyOff() throws {
        var bench = Bench()
        for peer in [alice, bob] { bench.up(peer) }
        bench.receive(.push([try news(1).bytes]), from: alice)
        bench.now = moment(2)
        // Each is the first with one of them.
        bench.receive(.push([try news(2).bytes]), from: alice)
        bench.receive(.push([try news(3).bytes]), from: bob)
        bench.receive(.push([try news(2).bytes]), from: bob)
        bench.receive(.push([try news(3).bytes]), from: alice)
        #expect(bench.mesh.eagerNeighbors == [alice.peerID, bob.peerID])
    }

    @Test func theRootKnowsThatItRules() throws {
        let own = Record.key(of: identity(100).peerID)
        let others = (200..<300 as Range<UInt64>).map { identity($0) }
        let higher = try #require(others.first { Record.key(of: $0.peerID) > own })
        for publishes in [false, true] {
            var bench = Bench()
            for peer in [alice, bob] { bench.up(peer) }
            for sequence in 1...3 as ClosedRange<UInt64> {
                bench.now = moment(sequence * 3)
                if publishes { try bench.publish(["model-\(sequence)"]) }
                for peer in [alice, bob] { bench.receive(.push([try news(sequence, by: higher).bytes]), from: peer) }
            }
            let both = [alice.peerID, bob.peerID]
            #expect(bench.mesh.eagerNeighbors == (publishes ? both : [alice.peerID]))
        }
    }

    @Test func whoIsPrunedByItsLastEagerNeighbourAsksAnother() throws {
        var bench = Bench(isEager: false)
        for peer in [alice, bob] { bench.up(peer) }
        #expect(bench.mesh.eagerNeighbors == [alice.peerID])
        bench.outbox = []
        bench.receive(.prune, from: alice)
        let asked = bench.mesh.eagerNeighbors
        #expect(asked.count == 1)
        #expect(bench.outbox.contains { action in asked.contains { action == .send(.graft([]), to: $0) } })
        try bench.publish(["model"])
        let pushed = bench.outbox.filter { if case .send(.push, _) = $0 { true } else { false } }
        #expect(pushed.count == 1, "what the node says goes out at once")
    }

    @Test func whoAsksToBePushedToIsToldWhatItMissed() throws {
        var bench = Bench(isEager: false)
        for peer in [alice, bob, carol] { bench.up(peer) }
        bench.receive(.push([try news(1).bytes]), from: alice)
        bench.wake()
        bench.outbox = []
        bench.receive(.graft([]), from: bob)
        #expect(bench.sent(to: bob) == [.announce([EntrySummary(of: try news(1))])])
        bench.receive(.graft([]), from: bob)
        #expect(bench.sent(to: bob).isEmpty, "once")
    }

    @Test func whoLosesABranchAsksAnotherNeighbour() throws {
        var bench = Bench(isEager: false)
        for peer in [alice, bob, carol] { bench.up(peer) }
        bench.receive(.graft([]), from: bob)
        #expect(bench.mesh.eagerNeighbors == [alice.peerID, bob.peerID])
        bench.outbox = []
        bench.down(alice)
        #expect(bench.mesh.eagerNeighbors == [bob.peerID, carol.peerID])
        #expect(bench.sent(to: carol).contains(.graft([])))
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

    @Test func aNeighbourThatHasToBeGraftedAgainIsKeptForLonger() throws {
        var bench = Bench()
        for peer in [alice, bob] { bench.up(peer) }
        var kept: [TimeSpan] = []
        for sequence in 1...8 as ClosedRange<UInt64> {
            let before = bench.now.instant
            bench.receive(.graft([EntrySummary(of: try news(sequence))]), from: bob)
            let until = try #require(bench.mesh.neighbors[bob.peerID]?.keptUntil)
            kept.append(until.since(before))
            bench.now = Moment(instant: until + .seconds(1), wall: moment(0).wall + until.since(.zero) + .seconds(1))
        }
        #expect(kept.map(\.milliseconds) == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 32_000, 32_000])
        let later = bench.now.instant + GossipSettings().graftedLife * 2
        bench.now = Moment(instant: later, wall: moment(0).wall + later.since(.zero))
        bench.receive(.graft([EntrySummary(of: try news(9))]), from: bob)
        #expect(bench.mesh.neighbors[bob.peerID]?.keptUntil == later + GossipSettings().firstGraftedLife)
    }

    @Test func whatWasAskedForTooSoonTeachesPatience() throws {
        var settings = GossipSettings()
        settings.mostPatience = .seconds(1)
        var missing = MissingEntries()
        var now = Instant.zero + .seconds(1)
        var asked: [Bool] = []
        for sequence in 1...6 as ClosedRange<UInt64> {
            let summary = EntrySummary(of: try news(sequence))
            let hasRoom = missing.note(summary, from: alice.peerID, at: now, settings: settings)
            #expect(hasRoom)
            // It is pushed by another neighbour half a second after its announcement, each time.
            let due = missing.due(at: now + .milliseconds(450), settings: settings) { _ in true }
            asked.append(!due.isEmpty)
            missing.arrived(summary, from: bob.peerID, at: now + .milliseconds(500))
            now = now + .seconds(2)
        }
        #expect(asked == [true, false, false, false, false, false])
    }

    @Test func anAnswerThatAlwaysTakesEquallyLongIsWaitedForLonger() throws {
        let settings = GossipSettings()
        var missing = MissingEntries()
        var now = Instant.zero + .seconds(1)
        for sequence in 1...40 as ClosedRange<UInt64> {
            let summary = EntrySummary(of: try news(sequence))
            for announcer in [alice, bob] {
                let hasRoom = missing.note(summary, from: announcer.peerID, at: now, settings: settings)
                #expect(hasRoom)
            }
            let asked = missing.due(at: now + .seconds(1), settings: settings) { _ in true }
            #expect(asked.count == 1)
            now = now + .seconds(1) + .milliseconds(200)
            let again = missing.due(at: now, settings: settings) { _ in true }
            #expect(again.isEmpty, "the answer is about to come")
            missing.arrived(summary, from: alice.peerID, at: now)
        }
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

    // MARK: Announcements

    /// How many of the neighbours were sent an announcement, and forgets the rest.
    private func announced(_ bench: inout Bench) -> Int {
        defer { bench.outbox = [] }
        return bench.outbox.count { if case .send(.announce, _) = $0 { true } else { false } }
    }

    @Test func fewerAreToldAtATimeWhileNobodyNeedsIt() throws {
        var bench = Bench(isEager: false)
        let peers = (1...13 as ClosedRange<UInt64>).map { identity($0) }
        for peer in peers { bench.up(peer) }
        let pusher = try #require(peers.first { bench.mesh.eagerNeighbors == [$0.peerID] })
        var counts: [Int] = []
        for sequence in 1...8 as ClosedRange<UInt64> {
            bench.receive(.push([try news(sequence).bytes]), from: pusher)
            bench.run(to: sequence)
            counts.append(announced(&bench))
        }
        #expect(counts == [12, 6, 3, 2, 2, 2, 2, 2])
        let other = try #require(peers.first { $0.peerID != pusher.peerID })
        bench.receive(.graft([EntrySummary(of: try news(8))]), from: other)
        bench.receive(.push([try news(9).bytes]), from: pusher)
        bench.outbox = []
        bench.run(to: 9)
        #expect(announced(&bench) >= 11, "somebody asked for what an announcement named")
        bench.run(to: 30)
        bench.outbox = []
        bench.receive(.push([try news(10).bytes]), from: pusher)
        bench.run(to: 32)
        #expect(announced(&bench) >= 11, "after a pause")
    }

    @Test func everybodyIsToldInTheEndAndNobodyOfWhatWasReplaced() throws {
        var bench = Bench(isEager: false)
        let peers = (1...13 as ClosedRange<UInt64>).map { identity($0) }
        for peer in peers { bench.up(peer) }
        let pusher = try #require(peers.first { bench.mesh.eagerNeighbors == [$0.peerID] })
        for sequence in 1...6 as ClosedRange<UInt64> {
            let others = try news(sequence, by: identity(50 + sequence))
            bench.receive(.push([try news(sequence).bytes, others.bytes]), from: pusher)
            bench.run(to: sequence)
        }
        let before = bench.outbox
        bench.run(to: 40)
        var told: [PeerID: Set<EntrySummary>] = [:]
        for action in bench.outbox {
            if case .send(.announce(let summaries), let peer) = action { told[peer, default: []].formUnion(summaries) }
        }
        for peer in peers where peer.peerID != pusher.peerID {
            for sequence in 1...6 as ClosedRange<UInt64> {
                let others = EntrySummary(of: try news(sequence, by: identity(50 + sequence)))
                #expect(told[peer.peerID]?.contains(others) == true)
            }
            #expect(told[peer.peerID]?.contains(EntrySummary(of: try news(6))) == true)
        }
        let replaced = EntrySummary(of: try news(5))
        for action in bench.outbox.dropFirst(before.count) {
            guard case .send(.announce(let summaries), _) = action else { continue }
            #expect(!summaries.contains(replaced))
        }
        let (sent, deadline) = (bench.outbox.count, bench.mesh.nextDeadline)
        bench.wake()
        #expect(bench.outbox.count == sent && deadline > bench.now.instant, "nothing waits any more")
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

    @Test(arguments: 1...5 as ClosedRange<UInt64>) func nodesThatComeOneByOneMakeATree(seed: UInt64) {
        print("seed \(seed)")
        let count = 30
        var settings = GossipSettings()
        settings.newsInSpan = 0
        var world = World(count: count, seed: seed, settings: settings)
        for node in 1..<count {
            for _ in 0..<5 { world.connect(node, world.below(node)) }
            world.run(.seconds(1))
        }
        let before = world.nodes.reduce(0) { $0 + $1.counts.duplicates }
        for round in 0..<20 {
            world.publish(world.below(count), ["m-\(round)"])
            world.run(.milliseconds(700))
        }
        world.run(.seconds(3))
        let copies = world.nodes.reduce(0) { $0 + $1.counts.duplicates } - before
        // What several announce is asked for soon, and so sometimes before it is pushed. Nothing is pushed beside the tree here.
        let pushes = 20 * (count - 1)
        print("\(copies) copies to \(pushes) pushes")
        #expect(copies * 5 <= pushes * 2, "\(copies) copies to \(pushes) pushes")
        #expect(world.nodes.allSatisfy { $0.catalog.liveCount == world.nodes[0].catalog.liveCount })
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
