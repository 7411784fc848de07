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
        #expect(high.sent(to: Self.neighbor).comparison == nil)
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
        bench.receive(.difference(session: session, [Reconciler.version]), from: Self.neighbor)
        #expect(bench.drops == [.unexpectedAnswer])
    }

    static func catalog(_ numbers: Range<UInt64>) throws -> Catalog {
        var catalog = Catalog()
        for number in numbers {
            _ = catalog.accept(entry(by: identity(number), contents: try contents()).bytes, at: moment(0))
        }
        return catalog
    }

    /// Another fingerprint than that of any set of these tests, for everything there is.
    static let strange: [UInt8] = [0x61, 0, 0, 1] + Array(repeating: 7, count: 16)

    @Test(arguments: [1, 5, 40, 200])
    func bothSidesLearnWhatTheyLack(count: UInt64) throws {
        var settings = GossipSettings()
        settings.requestLength = 7
        var bench = Self.bench(settings)
        let answerer = Answerer(catalog: try Self.catalog(2_000..<2_000 + count))
        let own = try Self.catalog(2_000 + count / 2..<2_000 + count + 3)
        #expect(bench.mesh.restore(own.snapshot, at: bench.now, into: &bench.outbox) == 0)
        bench.up(Self.neighbor)
        let said = try answerer.converse(with: &bench, as: Self.neighbor)
        var announced: Set<EntrySummary> = []
        for case .have(let summaries) in said { announced.formUnion(summaries) }
        let late = try Self.catalog(2_000 + count..<2_000 + count + 3)
        #expect(announced == Set(late.entries.map { EntrySummary(of: $0) }))
        #expect(Set(bench.mesh.catalog.entries) == Set(answerer.catalog.entries + own.entries))
        #expect(bench.mesh.sessionCount == 0)
        #expect(bench.mesh.neighbors[Self.neighbor.peerID]?.isCompared == true)
        #expect(bench.mesh.counts.equalComparisons == 0)
        for case .want(_, let summaries) in said { #expect(summaries.count <= 7) }
    }

    @Test func equalCatalogsCostOneShortRoundTrip() throws {
        var bench = Self.bench()
        let answerer = Answerer(catalog: try Self.catalog(2_000..<2_050))
        _ = bench.mesh.restore(answerer.catalog.snapshot, at: bench.now, into: &bench.outbox)
        bench.up(Self.neighbor)
        _ = try answerer.converse(with: &bench, as: Self.neighbor)
        #expect(bench.mesh.counts.equalComparisons == 1)
        bench.run(to: 40)
        let question = try #require(bench.sent(to: Self.neighbor).first)
        let answer = try #require(try answerer.answer(question))
        let bytes = question.encode().readableBytes + answer.encode().readableBytes
        print("two equal catalogs: \(bytes) bytes")
        #expect(bytes == 36)
    }

    @Test func whatTheOtherLacksIsAnnounced() throws {
        var bench = Self.bench()
        try bench.publish(["own"])
        bench.up(Self.neighbor)
        let own = try #require(bench.mesh.catalog[bench.mesh.peerID])
        let said = try Answerer(catalog: Catalog()).converse(with: &bench, as: Self.neighbor)
        #expect(said.last == .have([EntrySummary(of: own)]))
        bench.receive(.want(request: 7, [EntrySummary(of: own)]), from: Self.neighbor)
        #expect(bench.sent(to: Self.neighbor) == [.supply(request: 7, isLast: true, entries: [own.bytes])])
        bench.receive(.want(request: 8, Self.summaries(1)), from: Self.neighbor)
        #expect(bench.sent(to: Self.neighbor) == [.supply(request: 8, isLast: true, entries: [])])
    }

    // MARK: Which entries are compared

    @Test func youngEntriesAreLeftToBroadcastAfterTheFirstComparison() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        func bound(_ ranges: [UInt8]) throws -> RangeBound? {
            var reader = RangeReader(ranges)
            _ = try reader.version()
            return try reader.next()?.upper
        }
        let first = try #require(bench.sent(to: Self.neighbor).compared)
        #expect(try bound(first.ranges) == .infinity)
        bench.receive(.difference(session: first.session, [Reconciler.version]), from: Self.neighbor)
        var last: [UInt8] = []
        while last.isEmpty {
            let next = (bench.mesh.nextDeadline.nanoseconds + 999_999) / 1_000_000
            bench.now = moment(0, plus: next)
            bench.wake()
            last = bench.sent(to: Self.neighbor).compared?.ranges ?? []
        }
        let settled = (bench.now.wall - bench.mesh.settings.settleTime).milliseconds
        #expect(try bound(last) == RangeBound(timestamp: settled))
    }

    @Test func lostLinkIsMadeUpForWithTheNewestEntries() throws {
        var bench = Self.bench()
        for peer in [Self.neighbor, Self.other] {
            bench.up(peer)
            _ = try Answerer(catalog: Catalog()).converse(with: &bench, as: peer)
        }
        bench.receive(.have(Self.summaries(3)), from: Self.other)
        bench.down(Self.other)
        bench.run(to: 3)
        let ranges = try #require(bench.sent(to: Self.neighbor).compared?.ranges)
        #expect(Array(ranges.prefix(4)) == [0x61, 0, 0, 1], "everything there is, in one fingerprint")
    }

    @Test func youngEntryThatWasLostIsFoundWhenItHasSettled() throws {
        var world = World(count: 2, seed: 3)
        world.connect(0, 1)
        world.run(.seconds(5))
        world.faults.lossPerMille = 1_000
        world.publish(0, ["m"])
        world.run(.milliseconds(100))
        world.faults.lossPerMille = 0
        world.run(.seconds(9))
        #expect(world.nodes[1].catalog.liveCount == 0)
        world.run(.seconds(80))
        #expect(world.nodes[1].catalog.liveCount == 1)
    }

    @Test(arguments: [true, false])
    func tombstonesAndNewerEntriesPrevail(isBeginnerLate: Bool) throws {
        var world = World(count: 2, seed: 21)
        let late = (world.nodes[0].peerID < world.nodes[1].peerID) == isBeginnerLate ? 0 : 1
        let old = try (0..<20 as Range<UInt64>).map { entry(by: identity(900 + $0), contents: try contents(["old"])) }
        let new = try (0..<20 as Range<UInt64>).map { number in
            number % 2 == 0
                ? tombstone(by: identity(900 + number), sequence: 2)
                : entry(by: identity(900 + number), sequence: 2, contents: try contents(["new"]))
        }
        world.restart(late, seed: 1, snapshot: old.map(\.bytes))
        world.restart(1 - late, seed: 2, snapshot: new.map(\.bytes))
        world.connect(0, 1)
        world.run(.seconds(8))
        for node in world.nodes {
            #expect(node.catalog.liveCount == 10)
            #expect(node.catalog.entries(serving: "old").isEmpty)
        }
        #expect(world.nodes[0].catalog.fingerprint == world.nodes[1].catalog.fingerprint)
        #expect(world.nodes[1 - late].counts.added == 10, "the late side changed nothing here")
    }

    // MARK: Lies

    @Test func lyingAnswersAreDropped() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        let session = try #require(bench.sent(to: Self.neighbor).comparison)
        bench.receive(.difference(session: session &+ 1, [Reconciler.version]), from: Self.neighbor)
        bench.receive(.supply(request: 1, isLast: true, entries: []), from: Self.neighbor)
        bench.receive(.summaries(session: session, []), from: Self.neighbor)
        #expect(bench.drops == [.unexpectedAnswer, .unexpectedAnswer, .unexpectedAnswer])
        bench.outbox = []
        bench.receive(.difference(session: session, [0x61, 0, 33]), from: Self.neighbor)
        #expect(bench.drops == [.malformedRanges])
        #expect(bench.mesh.sessionCount == 0)

        bench.outbox = []
        bench.receive(.have(Self.summaries(1)), from: Self.neighbor)
        let request = try #require(bench.sent(to: Self.neighbor).wanted?.request)
        let two = try [identity(50), identity(51)].map { entry(by: $0, contents: try contents()).bytes }
        bench.receive(.supply(request: request, isLast: true, entries: two), from: Self.neighbor)
        #expect(bench.drops == [.excessiveAnswer])
        #expect(bench.mesh.catalog.liveCount == 1)
    }

    @Test func moreSummariesThanWereAskedForEndTheSession() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        let session = try #require(bench.sent(to: Self.neighbor).comparison)
        let list = [0x61, 0, 0, 2, 1] + Array(repeating: UInt8(9), count: 32)
        bench.receive(.difference(session: session, list), from: Self.neighbor)
        #expect(bench.sent(to: Self.neighbor) == [.lack(session: session, [0x0909_0909_0909_0909])])
        bench.receive(.summaries(session: session, Self.summaries(2)), from: Self.neighbor)
        #expect(bench.drops == [.excessiveAnswer])
        #expect(bench.mesh.sessionCount == 0)
    }

    @Test func strangeQuestionsAreDropped() {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        bench.outbox = []
        bench.receive(.compare(session: 5, [0x61, 0, 33]), from: Self.neighbor)
        bench.receive(.compare(session: 5, []), from: Self.neighbor)
        #expect(bench.drops == [.malformedRanges, .malformedRanges])
        bench.outbox = []
        bench.receive(.compare(session: 5, [0x62, 1, 2]), from: Self.neighbor)
        bench.receive(.lack(session: 6, [1, 2, 3]), from: Self.neighbor)
        #expect(
            bench.sent(to: Self.neighbor) == [.difference(session: 5, [0x61]), .summaries(session: 6, [])])
    }

    @Test func endlessDifferencesEndTheSession() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        var session = bench.sent(to: Self.neighbor).comparison
        var answers: UInt32 = 0
        while let number = session, answers < 1_000 {
            bench.receive(.difference(session: number, Self.strange), from: Self.neighbor)
            answers += 1
            guard !bench.drops.contains(.tooManyRounds) else { break }
            session = bench.sent(to: Self.neighbor).comparison
        }
        #expect(bench.drops == [.tooManyRounds])
        #expect(answers == bench.mesh.settings.sessionRounds)
        #expect(bench.mesh.sessionCount == 0)
    }

    @Test func slowDifferencesEndTheSession() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        let session = try #require(bench.sent(to: Self.neighbor).comparison)
        for second in 1...500 as ClosedRange<UInt64> where bench.mesh.sessionCount > 0 {
            bench.receive(.difference(session: session, Self.strange), from: Self.neighbor)
            bench.run(to: second * 2)
            #expect(second * 2 <= 122)
        }
        #expect(bench.mesh.counts.timeouts == 1)
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

    @Test func whatALostNeighborWasAskedForIsAskedOfOthersAtOnce() throws {
        var bench = Self.bench()
        for peer in [Self.neighbor, Self.other] {
            bench.up(peer)
            _ = try Answerer(catalog: Catalog()).converse(with: &bench, as: peer)
        }
        bench.receive(.have(Self.summaries(3)), from: Self.other)
        #expect(bench.sent(to: Self.other).wanted?.summaries.count == 3)
        bench.receive(.have(Self.summaries(3)), from: Self.neighbor)
        #expect(bench.sent(to: Self.neighbor).wanted == nil, "the other one was asked")
        bench.down(Self.other)
        #expect(bench.sent(to: Self.neighbor).comparison != nil)
        bench.receive(.have(Self.summaries(3)), from: Self.neighbor)
        #expect(bench.sent(to: Self.neighbor).wanted?.summaries.count == 3)
    }

    @Test func whatANeighborHasNotAnyMoreIsAskedOfOthers() throws {
        var bench = Self.bench()
        bench.up(Self.neighbor)
        bench.up(Self.other)
        bench.outbox = []
        bench.receive(.have(Self.summaries(3)), from: Self.neighbor)
        let request = try #require(bench.sent(to: Self.neighbor).wanted?.request)
        bench.receive(.supply(request: request, isLast: true, entries: []), from: Self.neighbor)
        bench.receive(.have(Self.summaries(3)), from: Self.other)
        #expect(bench.sent(to: Self.other).wanted?.summaries.count == 3)
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
        bench.mesh.use(try name("inference:openrouter"), of: identity(9).peerID, at: bench.now)
        for number in 0..<200 as Range<UInt64> {
            let said = number < 100 ? try contents() : nil
            bench.receive(.push([entry(by: identity(2_000 + number), contents: said).bytes]), from: Self.neighbor)
        }
        #expect((12...50).contains(bench.mesh.catalog.liveCount))
        #expect(bench.mesh.catalog.recordCount == 80)
        #expect(bench.mesh.counts.passed > 0)
        #expect(bench.mesh.counts.notPassedOn > 0)
        #expect(bench.mesh.catalog[identity(9).peerID] != nil, "who is used is not driven out")
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
        for number in 1...2_000 as ClosedRange<UInt32> {
            bench.receive(.compare(session: number, Self.strange), from: Self.neighbor)
        }
        let answers = bench.sent(to: Self.neighbor).count
        #expect(answers == Int(bench.mesh.settings.answerBurst / bench.mesh.settings.rangesCost))
        #expect(bench.mesh.counts.answerRate == 2_000 - UInt64(answers))
        #expect(bench.mesh.answered.count == 1)
    }

    @Test func sortingIsPaidForByWhoAsks() throws {
        var settings = GossipSettings()
        settings.recordsPerCost = 1
        var bench = Self.bench(settings)
        _ = bench.mesh.restore(try Self.catalog(2_000..<2_192).snapshot, at: bench.now, into: &bench.outbox)
        bench.up(Self.neighbor)
        _ = bench.sent(to: Self.neighbor)
        for number in 1...200 as ClosedRange<UInt32> {
            bench.receive(.compare(session: number, Self.strange), from: Self.neighbor)
        }
        #expect(bench.sent(to: Self.neighbor).count == 64, "each takes 64 and 192 of 16,384")
        bench.down(Self.neighbor)
        bench.up(Self.neighbor)
        _ = bench.sent(to: Self.neighbor)
        for _ in 1...300 { bench.receive(.compare(session: 1, Self.strange), from: Self.neighbor) }
        #expect(bench.sent(to: Self.neighbor).count == 253, "what is sorted already is not paid for again")
    }

    @Test func keptComparisonsAreFewAndEnd() throws {
        var bench = Self.bench()
        for (index, peer) in Self.sorted[20..<30].enumerated() {
            bench.up(peer)
            bench.outbox = []
            bench.receive(.compare(session: UInt32(index + 1), Self.strange), from: peer)
            #expect(bench.sent(to: peer).count == 1, "answered all the same")
        }
        #expect(bench.mesh.answered.count == bench.mesh.settings.answeredCapacity)
        bench.receive(.compare(session: 1, [Reconciler.version]), from: Self.sorted[20])
        #expect(bench.mesh.answered.count == 3, "the conversation is over")
        bench.down(Self.sorted[21])
        #expect(bench.mesh.answered.count == 2)
        bench.run(to: 5)
        #expect(bench.mesh.answered.isEmpty)
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
