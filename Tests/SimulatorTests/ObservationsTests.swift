import Overlay
import Testing

@testable import Simulator

@Suite struct ObservationsTests {
    private static let plan = Plan(seed: 2, nodes: 6, duration: .seconds(60))

    private func observations(mostPairs: Int = 1_000) -> Observations {
        Observations(Population(Self.plan), publishers: 6, mostPairs: mostPairs, updatePeriod: .zero..<at(10_000))
    }

    private func at(_ milliseconds: UInt64) -> VirtualTime { .zero + .milliseconds(milliseconds) }
    private func node(_ number: Int) -> NodeIndex { NodeIndex(number) }

    private func figures(_ observations: Observations, at end: UInt64 = 60_000) -> Figures {
        observations.figures(
            ending: Observations.Ending(time: at(end), settled: nil, components: nil, events: 0))
    }

    /// Nodes that started at zero and joined after a millisecond.
    private func running(_ numbers: Int...) -> Observations {
        var observations = observations()
        for number in numbers {
            observations.started(node(number), at: .zero)
            observations.linkUp(at: node(number), at(1))
            observations.tableFilled(at: node(number), at(1))
        }
        return observations
    }

    @Test func joiningTakesALinkAndATable() {
        var observations = observations()
        observations.started(node(0), at: at(100))
        observations.linkUp(at: node(0), at(110))
        observations.linkUp(at: node(0), at(115))
        #expect(figures(observations)["joined.max"] == nil)
        observations.tableFilled(at: node(0), at(120))
        observations.tableFilled(at: node(0), at(900))
        #expect(figures(observations)["joined.max"] == 20)
        // Again after a crash.
        observations.stopped(node(0), at: at(1_000))
        observations.started(node(0), at: at(2_000))
        observations.tableFilled(at: node(0), at(2_010))
        observations.linkUp(at: node(0), at(2_050))
        #expect(figures(observations)["joined.max"] == 50 && observations.joined.count == 2)
        // Only the first time counts.
        observations.complete(true, at: node(0), at(2_500))
        observations.complete(false, at: node(0), at(2_600))
        observations.complete(true, at: node(0), at(9_000))
        #expect(figures(observations)["catalog.complete.max"] == 500 && observations.complete.count == 1)
    }

    @Test func deliveries() {
        var observations = running(0, 1, 2, 3)
        let publication = Publication(by: node(0), sequence: 40, at: at(1_000))
        observations.published(publication)
        #expect(observations.takePublications() == [publication] && observations.takePublications() == [])
        observations.listed(40, of: node(0), by: node(0), at: at(1_000))
        observations.listed(40, of: node(0), by: node(1), at: at(1_010))
        observations.listed(40, of: node(0), by: node(1), at: at(9_000))
        observations.listed(40, of: node(0), by: node(2), at: at(1_020))
        // Came later; what it takes is not the entry's time.
        observations.started(node(4), at: at(1_500))
        observations.linkUp(at: node(4), at(1_501))
        observations.tableFilled(at: node(4), at(1_501))
        observations.listed(40, of: node(0), by: node(4), at: at(1_900))
        // An entry that nobody published.
        observations.listed(41, of: node(0), by: node(3), at: at(1_030))
        #expect(observations.deliveries.count == 2)
        #expect(figures(observations)["delivery.max"] == 20)
        // Node 3 alone misses it, of the three that were there.
        #expect(observations.deliveryPairs(publishedBy: at(60_000)) == (3, 1))
        // A later one makes up for an earlier one, but not the other way round.
        observations.published(Publication(by: node(0), sequence: 50, at: at(2_000)))
        observations.listed(50, of: node(0), by: node(3), at: at(2_030))
        observations.listed(40, of: node(0), by: node(3), at: at(2_040))
        #expect(observations.deliveries.count == 3 && observations.deliveryPairs(publishedBy: at(60_000)) == (7, 3))
        #expect(figures(observations)["delivery.missed"].map { Int($0 * 100) } == 4_285)
        // What came after the first phase does not count, be it there or not.
        #expect(observations.deliveryPairs(publishedBy: at(1_999)) == (3, 0))
    }

    @Test func whoDoesNotCountForDeliveries() {
        var observations = running(0, 1, 2, 3)
        observations.malicious(node(3))
        for number in [0, 1, 3] {
            observations.published(Publication(by: node(number), sequence: 1, at: at(10)))
        }
        #expect(observations.deliveryPairs(publishedBy: at(60_000)) == (4, 4))
        observations.published(Publication(by: node(1), sequence: nil, at: at(20)))
        #expect(observations.deliveryPairs(publishedBy: at(60_000)) == (2, 2))
        observations.stopped(node(2), at: at(30))
        #expect(observations.deliveryPairs(publishedBy: at(60_000)) == (1, 1))
        observations.stopped(node(0), at: at(30))
        #expect(
            observations.deliveryPairs(publishedBy: at(60_000)) == (0, 0)
                && figures(observations)["delivery.missed"] == nil)
    }

    @Test func costs() {
        var observations = running(0, 1, 2)
        observations.malicious(node(2))
        observations.sent(.push, bytes: 300, by: node(0))
        observations.sent(.have, bytes: 60, by: node(0))
        observations.sent(.findNode, bytes: 240, by: node(1))
        observations.sent(.push, bytes: 9_999, by: node(2))
        observations.published(Publication(by: node(0), sequence: 1, at: at(10)))
        observations.listed(1, of: node(0), by: node(1), at: at(20))
        observations.payload(isNew: true, at: node(1))
        observations.payload(isNew: false, at: node(1))
        observations.payload(isNew: false, at: node(1))
        observations.payload(isNew: true, at: node(2))
        let figures = figures(observations)
        #expect(figures["bytes.perDelivery"] == 360 && figures["messages.perUpdate"] == 2)
        #expect(figures["bytes.perNodePerSecond.mean"] == 5 && figures["bytes.perNodePerSecond.max"] == 6)
        #expect(figures["redundancy"] == 2)
    }

    @Test func hopsOfAnEntryAreThoseOfWhoToldIt() {
        var observations = running(0, 1, 2, 3, 4)
        observations.published(Publication(by: node(0), sequence: 1, at: at(10)))
        observations.listed(1, of: node(0), by: node(1), from: node(0), at: at(20))
        observations.listed(1, of: node(0), by: node(2), from: node(1), at: at(30))
        observations.listed(1, of: node(0), by: node(3), from: node(2), at: at(40))
        #expect(figures(observations)["delivery.hops.max"] == 3)
        observations.listed(1, of: node(0), by: node(4), at: at(50))
        #expect(observations.trails.hops().count == 3, "nobody knows who told it")
        observations.published(Publication(by: node(0), sequence: 2, at: at(60)))
        observations.listed(2, of: node(0), by: node(3), from: node(2), at: at(70))
        #expect(observations.trails.hops().count == 3, "nobody told the one that told it")
    }

    @Test func lookupsAndRequests() {
        var observations = running(0, 1)
        for _ in 0..<5 { observations.lookupStarted(by: node(0)) }
        for hops in 1...4 {
            observations.lookupFinished(
                by: node(0), after: .milliseconds(10), foundAfter: hops < 4 ? .milliseconds(4) : nil, hops: hops,
                queries: 6,
                isFound: hops < 4,
                isExact: hops == 4 ? nil : hops == 1)
        }
        observations.requestAnswered(at: node(1), after: .milliseconds(16))
        observations.requestFailed(at: node(1))
        observations.accused(by: node(0), isFalse: true)
        observations.accused(by: node(0), isFalse: false)
        let figures = figures(observations, at: 1_800_000)
        #expect(figures["lookup.made"] == 5 && figures["lookup.success"] == 75 && figures["lookup.mean"] == 10)
        #expect(figures["lookup.found.mean"] == 4 && observations.lookupsFound.count == 3)
        #expect(
            figures["lookup.hops.mean"] == 2.5 && figures["lookup.hops.p50"] == 2 && figures["lookup.queries.mean"] == 6
        )
        #expect(figures["lookup.exact"].map { Int($0 * 10) } == 333)
        #expect(figures["requests.success"] == 50 && figures["accusations.false"] == 1)
        #expect(self.figures(running(0))["lookup.success"] == nil)
    }

    @Test func everyFigureHasAName() {
        var observations = running(0, 1)
        observations.complete(true, at: node(0), at(5))
        observations.published(Publication(by: node(0), sequence: 1, at: at(10)))
        observations.listed(1, of: node(0), by: node(1), from: node(0), at: at(20))
        observations.payload(isNew: true, at: node(1))
        observations.lookupStarted(by: node(0))
        observations.lookupFinished(
            by: node(0), after: .seconds(1), foundAfter: .milliseconds(500), hops: 1, queries: 1, isFound: true,
            isExact: true)
        observations.requestAnswered(at: node(1), after: .seconds(1))
        observations.tableJudged(known: 18, of: 20)
        observations.sample(at: at(1_000), tables: Observations.Tables(entries: 4, stale: 1))
        let ending = Observations.Ending(
            time: at(60_000), settled: .seconds(2), nearlySettled: .seconds(1), phaseEnd: at(1_000), components: 1,
            events: 7)
        let names = observations.figures(ending: ending).all.map(\.name)
        #expect(names == FigureName.all.filter { !["eventsPerSecond", "memoryPerNode"].contains($0) })

        var outcome = RunOutcome(plan: Self.plan, system: "test")
        observations.fill(&outcome, ending: ending)
        #expect(outcome.figures["table.stale"] == 25 && outcome.figures["table.closest20"] == 100)
        #expect(outcome.figures["settled"] == 2_000 && outcome.series.count == 1 && outcome.series.first?.links == 1)
        #expect(
            outcome.histograms.map(\.name) == [
                "joined", "catalog.complete", "delivery", "lookup", "lookup.found", "lookup.hops",
                "lookup.queries", "requests", "delivery.hops", "links",
            ])
    }

    @Test func whenNearlyAllHaveAnEntry() {
        var observations = running(0, 1, 2, 3)
        for (sequence, late) in [(1, 40), (2, 90)] as [(UInt64, UInt64)] {
            let start = sequence * 1_000
            observations.published(Publication(by: node(0), sequence: sequence, at: at(start)))
            for (place, span) in [10, 20, late].enumerated() {
                observations.listed(sequence, of: node(0), by: node(place + 1), at: at(start + span))
            }
        }
        let figures = figures(observations)
        // Histograms round up to a 32nd.
        #expect(figures["delivery.spread99.p50"].map { (40...42).contains($0) } == true)
        #expect(figures["delivery.spread999.max"].map { (90...93).contains($0) } == true)
        observations.published(Publication(by: node(0), sequence: 3, at: at(3_000)))
        observations.listed(3, of: node(0), by: node(1), at: at(3_010))
        #expect(self.figures(observations)["delivery.spread99.max"] == nil)
        #expect(self.figures(observations)["delivery.spread99.p50"] != nil)
    }

    @Test func theLastSecondsAreCountedByThemselves() {
        var observations = running(0, 1)
        for second in 1...60 as ClosedRange<UInt64> {
            observations.sent(.push, bytes: second <= 30 ? 5_000 : 40, by: node(0))
            observations.sample(at: at(second * 1_000))
        }
        let ending = Observations.Ending(
            time: at(90_000), settled: nil, phaseEnd: at(60_000), components: nil, events: 0)
        #expect(observations.figures(ending: ending)["bytes.perNodePerSecond.end"] == 20)
    }

    /// Two shards together see what one alone would.
    @Test func shardsMerge() {
        var one = observations()
        var shards = [observations(), observations()]
        for number in 0..<6 {
            let time = at(UInt64(number))
            one.started(node(number), at: time)
            shards[number % 2].started(node(number), at: time)
            for _ in 0...(number / 2) {
                one.linkUp(at: node(number), at(9))
                shards[number % 2].linkUp(at: node(number), at(9))
            }
            one.tableFilled(at: node(number), at(9))
            shards[number % 2].tableFilled(at: node(number), at(9))
        }
        one.malicious(node(5))
        shards[0].malicious(node(5))
        shards[1].malicious(node(5))
        one.published(Publication(by: node(0), sequence: 3, at: at(20)))
        shards[0].published(Publication(by: node(0), sequence: 3, at: at(20)))
        shards[1].learn(shards[0].takePublications())
        for number in [1, 2, 3, 5] {
            one.listed(3, of: node(0), by: node(number), at: at(30))
            shards[number % 2].listed(3, of: node(0), by: node(number), at: at(30))
            one.sent(.push, bytes: 10, by: node(number))
            shards[number % 2].sent(.push, bytes: 10, by: node(number))
        }
        let tables = Observations.Tables(entries: 6, stale: 2)
        one.sample(at: at(1_000), tables: tables)
        shards[0].sample(at: at(1_000), tables: Observations.Tables(entries: 4, stale: 2))
        shards[1].sample(at: at(1_000), tables: Observations.Tables(entries: 2, stale: 0))
        shards[0].merge(shards[1])
        let ending = Observations.Ending(time: at(60_000), settled: .seconds(2), components: 1, events: 7)
        var outcomes = [RunOutcome(plan: Self.plan, system: "one"), RunOutcome(plan: Self.plan, system: "two")]
        one.fill(&outcomes[0], ending: ending)
        shards[0].fill(&outcomes[1], ending: ending)
        #expect(outcomes[0].figures == outcomes[1].figures)
        #expect(outcomes[0].series == outcomes[1].series && outcomes[0].histograms == outcomes[1].histograms)
        #expect(outcomes[0].figures["delivery.missed"] == 25)
    }

    @Test func aWorldTooLargeIsSampled() {
        var plan = Plan(seed: 2, nodes: 1_000, duration: .seconds(1))
        plan.publishers = 1_000
        let spread = EntrySpread(Population(plan), publishers: 1_000, mostPairs: 100_000)
        #expect(spread.share == Ratio(100_000, 1_000_000))
        let followed = (0..<1_000).count { spread.isFollowed(NodeIndex($0)) }
        #expect((70...130).contains(followed))
    }
}
