import Overlay
import Testing

@testable import Gossip

@Suite struct ReconciliationTests {
    /// The node under test begins every comparison: its id is lower than those of its neighbours.
    static let sorted = (0..<40 as Range<UInt64>).map { identity(700 + $0) }.sorted { $0.peerID < $1.peerID }
    static let neighbor = sorted[38]
    static let other = sorted[39]

    static func bench(_ settings: GossipSettings = GossipSettings()) -> Bench {
        var bench = Bench(settings: settings)
        bench.mesh = Mesh(
            identity: sorted[0], meshID: testMesh, settings: settings, random: RandomSource(seed: 1))
        return bench
    }

    static func summaries(_ count: Int) -> [EntrySummary] {
        (0..<count).map { EntrySummary(key: UInt64($0), sequence: 1, fingerprint: UInt32($0)) }
    }

    @Test func lowerIdBeginsAndTheOtherWaits() {
        var low = Self.bench()
        low.up(Self.neighbor)
        #expect(low.sent(to: Self.neighbor).comparison != nil)
        var high = Bench()
        high.mesh = Mesh(identity: Self.other, meshID: testMesh, random: RandomSource(seed: 1))
        high.up(Self.neighbor)
        #expect(high.sent(to: Self.neighbor).isEmpty)
        high.run(to: 2)
        #expect(high.sent(to: Self.neighbor).comparison != nil)
    }

    @Test func muteNeighborDoesNotHoldUpOthers() throws {
        var bench = Self.bench()
        let mute = [Self.sorted[35], Self.sorted[36], Self.sorted[37]]
        for peer in mute + [Self.neighbor] { bench.up(peer) }
        #expect(bench.sent(to: Self.neighbor).isEmpty, "two comparisons are under way")
        bench.run(to: 5)
        #expect(bench.sent(to: Self.neighbor).comparison != nil)
        let wakes = bench.run(to: 300)
        print("mute neighbours woke the node \(wakes) times in 300 s")
        #expect(wakes < 200)
        #expect(bench.mesh.counts.timeouts > 10)
        let first = mute[0].peerID
        let tries = bench.mesh.neighbors[first]?.firstComparisonTries
        #expect(tries == bench.mesh.settings.firstComparisonTries)
    }

    @Test func lostLinkEndsItsSession() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        #expect(bench.mesh.sessionCount == 1)
        let session = try #require(bench.sent(to: Self.neighbor).comparison)
        bench.down(Self.neighbor)
        #expect(bench.mesh.sessionCount == 0)
        bench.up(Self.neighbor)
        bench.outbox = []
        let page = SummaryPage(from: 0, through: .max, summaries: [])
        bench.receive(.page(session: session, page), from: Self.neighbor)
        #expect(bench.drops == [.unexpectedAnswer])
    }

    @Test func pagesAreFetchedAndTurned() throws {
        var settings = GossipSettings()
        settings.requestLength = 2
        var bench = Self.bench(settings)
        var source = Catalog()
        for number in 0..<5 as Range<UInt64> {
            _ = source.accept(entry(by: identity(50 + number), contents: try contents()).bytes, at: moment(0))
        }
        bench.up(Self.neighbor)
        let session = try #require(bench.sent(to: Self.neighbor).comparison)
        var from: UInt64 = 0
        for _ in 0..<2 {
            let page = source.page(from: from, limit: 3)
            bench.receive(.page(session: session, page), from: Self.neighbor)
            var messages = bench.sent(to: Self.neighbor)
            while let (request, summaries) = messages.wanted {
                #expect(summaries.count <= 2)
                let entries = summaries.flatMap { source.records(withKey: $0.key) }.compactMap { $0.entry?.bytes }
                bench.receive(.supply(request: request, isLast: true, entries: entries), from: Self.neighbor)
                messages = bench.sent(to: Self.neighbor)
            }
            from = page.through &+ 1
            if page.isLast { break }
            #expect(messages == [.turn(session: session, from: from)])
        }
        #expect(bench.mesh.catalog.entries == source.entries)
        #expect(bench.mesh.sessionCount == 0)
    }

    @Test func whatTheOtherLacksIsAnnounced() throws {
        var bench = Self.bench()
        try bench.publish(["own"])
        bench.up(Self.neighbor)
        let session = try #require(bench.sent(to: Self.neighbor).comparison)
        bench.receive(
            .page(session: session, SummaryPage(from: 0, through: .max, summaries: [])), from: Self.neighbor)
        let own = try #require(bench.mesh.catalog[bench.mesh.peerID])
        #expect(bench.sent(to: Self.neighbor) == [.have([EntrySummary(of: own)])])
        bench.receive(.want(request: 7, [EntrySummary(of: own)]), from: Self.neighbor)
        #expect(bench.sent(to: Self.neighbor) == [.supply(request: 7, isLast: true, entries: [own.bytes])])
        bench.receive(.want(request: 8, Self.summaries(1)), from: Self.neighbor)
        #expect(bench.sent(to: Self.neighbor) == [.supply(request: 8, isLast: true, entries: [])])
    }

    @Test func lyingAnswersAreDropped() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        let session = try #require(bench.sent(to: Self.neighbor).comparison)
        bench.receive(.equal(session: session &+ 1), from: Self.neighbor)
        bench.receive(.supply(request: 1, isLast: true, entries: []), from: Self.neighbor)
        let wrongStart = SummaryPage(from: 5, through: .max, summaries: [])
        bench.receive(.page(session: session, wrongStart), from: Self.neighbor)
        #expect(bench.drops == [.unexpectedAnswer, .unexpectedAnswer, .unexpectedAnswer])
        bench.outbox = []
        let backwards = SummaryPage(from: 0, through: 9, summaries: Self.summaries(5).reversed())
        bench.receive(.page(session: session, backwards), from: Self.neighbor)
        #expect(bench.drops == [.malformedPage])
        #expect(bench.mesh.sessionCount == 0)

        bench.outbox = []
        bench.receive(.have(Self.summaries(1)), from: Self.neighbor)
        let request = try #require(bench.sent(to: Self.neighbor).wanted?.request)
        let two = try [identity(50), identity(51)].map { entry(by: $0, contents: try contents()).bytes }
        bench.receive(.supply(request: request, isLast: true, entries: two), from: Self.neighbor)
        #expect(bench.drops == [.excessiveAnswer])
        #expect(bench.mesh.catalog.liveCount == 1)
    }

    @Test func endlessPagesEndTheSession() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        let session = try #require(bench.sent(to: Self.neighbor).comparison)
        var from: UInt64 = 0
        for second in 1...200 as ClosedRange<UInt64> where bench.mesh.sessionCount > 0 {
            bench.receive(
                .page(session: session, SummaryPage(from: from, through: from, summaries: [])), from: Self.neighbor)
            from += 1
            bench.run(to: second)
            #expect(second <= 121)
        }
        #expect(bench.mesh.sessionCount == 0)
    }

    @Test func emptyAnswersDoNotKeepARequestOpen() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        bench.receive(.have(Self.summaries(3)), from: Self.neighbor)
        let request = try #require(bench.sent(to: Self.neighbor).wanted?.request)
        for second in 1...6 as ClosedRange<UInt64> {
            bench.run(to: second)
            bench.outbox = []
            bench.receive(.supply(request: request, isLast: false, entries: []), from: Self.neighbor)
        }
        #expect(bench.drops == [.unexpectedAnswer])
    }

    @Test func oneEntryIsAskedForOnce() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        bench.up(Self.other)
        bench.outbox = []
        bench.receive(.have(Self.summaries(3)), from: Self.neighbor)
        #expect(bench.sent(to: Self.neighbor).wanted?.summaries.count == 3)
        bench.receive(.have(Self.summaries(4)), from: Self.other)
        #expect(bench.sent(to: Self.other).wanted?.summaries == [Self.summaries(4)[3]])
        bench.run(to: 12)
        bench.outbox = []
        bench.receive(.have(Self.summaries(3)), from: Self.other)
        #expect(bench.sent(to: Self.other).wanted?.summaries.count == 3, "the first neighbour did not answer")
    }

    // MARK: Floods

    @Test func floodOfForgeriesIsBounded() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        bench.up(Self.other)
        let good = entry(by: identity(9), contents: try contents()).bytes
        var random = RandomSource(seed: 3)
        for _ in 0..<40 {
            let batch = (0..<100).map { _ in good.dropLast(8) + random.bytes(8) }
            bench.receive(.push(batch.map { Array($0) }), from: Self.neighbor)
        }
        #expect(bench.mesh.counts.forged == bench.mesh.settings.intakeBurst)
        #expect(bench.mesh.counts.intakeRate >= 29)
        #expect(bench.mesh.catalog.forgeries.count <= 2 * bench.mesh.settings.forgeryMemory)
        #expect(bench.mesh.catalog.recordCount == 0)
        bench.outbox = []
        bench.receive(.push([good]), from: Self.neighbor)
        #expect(bench.drops == [.intakeRate])
        bench.receive(.push([good]), from: Self.other)
        #expect(bench.mesh.catalog.liveCount == 1, "another neighbour is heard all the same")
    }

    @Test func floodOfInventedPeersFillsTheTableAndNoMore() throws {
        var settings = GossipSettings()
        settings.liveCapacity = 50
        settings.recordCapacity = 80
        settings.pendingCapacity = 20
        var bench = Self.bench(settings)
        bench.up(Self.neighbor)
        bench.up(Self.other)
        let known = entry(by: identity(9), contents: try contents()).bytes
        bench.receive(.push([known]), from: Self.other)
        for number in 0..<200 as Range<UInt64> {
            let said = number < 100 ? try contents() : nil
            bench.receive(.push([entry(by: identity(2_000 + number), contents: said).bytes]), from: Self.neighbor)
        }
        #expect(bench.mesh.catalog.liveCount == 50)
        #expect(bench.mesh.catalog.recordCount == 80)
        #expect(bench.mesh.counts.full == 121)
        #expect(bench.mesh.counts.notPassedOn > 0)
        #expect(bench.mesh.catalog[identity(9).peerID] != nil)
        try bench.publish(["own"])
        #expect(bench.mesh.catalog[bench.mesh.peerID] != nil)
    }

    @Test func floodOfAnnouncementsIsBounded() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        for round in 0..<300 as Range<UInt64> {
            let invented = (0..<2_000 as Range<UInt64>).map {
                EntrySummary(key: round << 32 + $0, sequence: 1, fingerprint: 1)
            }
            bench.receive(.have(invented), from: Self.neighbor)
        }
        #expect(bench.drops.contains(.fetchQueueFull))
        #expect(bench.drops.contains(.answerRate))
        #expect(bench.sent(to: Self.neighbor).compactMap(\.kindOfQuestion).count <= 2)
    }

    @Test func floodOfQuestionsIsBounded() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        _ = bench.sent(to: Self.neighbor)
        for number in 0..<1_000 as Range<UInt32> {
            bench.receive(.turn(session: number, from: 0), from: Self.neighbor)
            bench.receive(.compare(session: number, bench.mesh.catalog.digest()), from: Self.neighbor)
        }
        let answers = bench.sent(to: Self.neighbor).count
        #expect(answers == Int(bench.mesh.settings.answerBurst / bench.mesh.settings.pageCost))
        #expect(bench.mesh.counts.answerRate == 2_000 - UInt64(answers))
    }

    @Test func neighborsAreBounded() {
        var settings = GossipSettings()
        settings.neighborCapacity = 3
        var bench = Self.bench(settings)
        for peer in Self.sorted[1...4] { bench.up(peer) }
        #expect(bench.mesh.neighborIDs.count == 3)
        #expect(bench.drops == [.tooManyNeighbors])
        bench.down(Self.sorted[1])
        bench.up(Self.sorted[4])
        #expect(bench.mesh.neighborIDs.count == 3)
    }

    @Test func overflowingQueueIsCaughtUpByAComparison() throws {
        var settings = GossipSettings()
        settings.fetchCapacity = 40
        settings.sessionCapacity = 1
        var world = World(count: 2, seed: 12, settings: settings)
        var snapshot: [[UInt8]] = []
        for number in 0..<200 as Range<UInt64> {
            snapshot.append(entry(by: identity(9_000 + number), contents: try contents()).bytes)
        }
        let full = world.nodes[0].peerID < world.nodes[1].peerID ? 0 : 1
        world.restart(full, seed: 5, snapshot: snapshot)
        world.connect(0, 1)
        world.run(.seconds(4))
        #expect((40..<200).contains(world.nodes[1 - full].catalog.liveCount))
        world.run(.minutes(4))
        #expect(world.nodes[1 - full].catalog.liveCount == 200)
    }
}

extension GossipMessage {
    fileprivate var kindOfQuestion: Kind? { kind == .want ? kind : nil }
}
