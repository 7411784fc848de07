import Overlay
import Simulator
import Testing

@testable import Reporting

struct OutcomeTests {
    private static func plan() -> Plan {
        var plan = Plan(seed: 42, nodes: 100, duration: .seconds(90))
        plan.absent = [NodeIndex(9), NodeIndex(3)]
        plan.bandwidth = 125_000
        plan.churn = Churn(.kad, speedup: 10, from: .seconds(5))
        plan.translators = [
            Plan.Translator(
                NATKind(
                    mapping: .endpointIndependent, filtering: .addressDependent, timeout: .seconds(60),
                    hasHairpin: false),
                before: .share(Ratio(1, 2), salt: 1))
        ]
        plan.workloads = [
            Workload(.lookup, 20, per: .seconds(1), from: .seconds(10), until: .minutes(2), by: .region(2))
        ]
        plan.faults = [
            PlannedFault(
                .partition, of: .share(Ratio(1, 2), salt: 7), from: .seconds(20), until: .milliseconds(35_500)),
            PlannedFault(.crash(.lost), of: .range(first: NodeIndex(5), count: 3), from: .seconds(30)),
            PlannedFault(.malice(.poisoning(perSecond: 4)), of: .list([NodeIndex(8)]), from: .zero),
            PlannedFault(.clockStep(-1_500_000_000), of: .except(.bootstraps), from: .seconds(1), until: .seconds(2)),
        ]
        return plan
    }

    private static func record(_ outcome: RunOutcome) -> RunRecord {
        RunRecord(
            outcome, scenario: "S99",
            criteria: [
                Criterion("delivery.p50", .atMost, 12), Criterion("delivery.p99", .atMost, 1),
                Criterion("joined.p50", .atLeast, 0),
            ], cost: RunCost(wallSeconds: 2), tool: "simulate",
            command: "simulate run S99")
    }

    @Test func optionsSayEverything() {
        let options = Self.record(RunOutcome(plan: Self.plan(), system: "samnode")).options
        let text = options.map { "\($0.name)=\($0.value)" }
        for option in [
            "seed=42", "nodes=100", "absent=3, 9", "bandwidth=125000 B/s", "loss=1/50", "duration=90 s",
            "latency=even from 10 ms to 100 ms", "churn=kad, 10 times as fast, all but the bootstraps, from 5 s",
            "workload=20 lookups per 1 s by region 2, from 10 s to 2 min",
            "translator=1/2 of the nodes (draw 1): mapping endpointIndependent, filtering addressDependent, "
                + "forgets after 1 min, no hairpin, keeps ports",
            "fault=partition: 1/2 of the nodes (draw 7), from 20 s to 35500 ms",
            "fault=crash, disk lost: nodes 5 to 7, from 30 s on", "fault=poisoning, 4/s: node 8, from 0 s on",
            "fault=clock step -1500 ms: all but the bootstraps, from 1 s to 2 s", "settleLimit=30 s",
        ] { #expect(text.contains(option), "\(option) in \(text)") }
    }

    /// Malice stays; what has no end ends when the world is given time to settle.
    @Test func faultsHaveTheEndsThatTheyHaveInARun() {
        let faults = Self.record(RunOutcome(plan: Self.plan(), system: "samnode")).faults
        #expect(faults.map(\.end) == [35_500, 90_000, nil, 2_000])
        #expect(faults.map(\.start) == [20_000, 30_000, 0, 1_000])
    }

    @Test func resultsAreKept() throws {
        var outcome = RunOutcome(plan: Self.plan(), system: "swim")
        outcome.figures["delivery.p50"] = 12.5
        outcome.figures["delivery.p99"] = .infinity
        outcome.settledAt = .zero + .milliseconds(95_250)
        outcome.virtualTime = .zero + .seconds(96)
        outcome.events = 1_000
        outcome.digest = "abc"
        var point = SeriesPoint(second: 3)
        (point.live, point.complete, point.links, point.tableEntries, point.staleEntries) = (1, 2, 3, 4, 5)
        (point.messages, point.bytes, point.deliveries, point.lookups, point.lookupsFailed) = (6, 7, 8, 9, 10)
        outcome.series = [point]
        var histogram = Histogram(name: "lookup.hops")
        for value in [2, 3, 3] as [UInt64] { histogram.note(value) }
        outcome.histograms = [histogram]
        let record = Self.record(outcome)
        #expect(record.system == "swim" && !record.isOwn && record.seed == 42 && record.digest == "abc")
        #expect(record.figures == [RecordedFigure("delivery.p50", 12.5)])
        #expect((record.settledMilliseconds, record.virtualMilliseconds) == (95_250, 96_000))
        #expect(record.eventsPerSecond == 500)
        #expect(
            record.criteria == [
                RecordedCriterion("delivery.p50", bound: "<= 12", value: 12.5, hasPassed: false),
                RecordedCriterion("delivery.p99", bound: "<= 1", value: nil, hasPassed: false),
                RecordedCriterion("joined.p50", bound: ">= 0", value: nil, hasPassed: false),
            ])
        #expect(record.histograms == [RecordedHistogram("lookup.hops", [(2, 1), (3, 2)])])
        let kept = try #require(record.series.first)
        #expect([kept.live, kept.complete, kept.links, kept.tableEntries, kept.staleEntries] == [1, 2, 3, 4, 5])
        #expect([kept.messages, kept.bytes, kept.deliveries, kept.lookups, kept.lookupsFailed] == [6, 7, 8, 9, 10])
        #expect(try JSONLines.records(in: JSONLines.text(of: record)) == [record])
    }

    @Test func largeWorldsAreSampledAndKeepTheirMaliciousNodes() {
        let places = (0..<20_000).map {
            NodePlace(node: NodeIndex($0), x: 1, y: 2, region: 3, links: 4, isMalicious: $0.isMultiple(of: 1_000))
        }
        let sample = RunRecord.sample(places)
        #expect(sample.count == RunRecord.mostPlaces && sample.count(where: \.isMalicious) == 20)
        #expect(Set(sample.map(\.node)).count == sample.count && sample == sample.sorted { $0.node < $1.node })
        #expect(RunRecord.sample(Array(places.prefix(30))).map(\.node) == (0..<30).map { $0 })
    }
}
