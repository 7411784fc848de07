import Testing

@testable import Reporting

struct ComparisonTests {
    private static func records(_ change: (inout RunRecord) -> Void = { _ in }) -> [RunRecord] {
        [3, 1, 2].map { (seed: UInt64) in
            var record = Samples.record(seed: seed)
            change(&record)
            return record
        }
    }

    private static func set(_ name: String, _ value: Double, in record: inout RunRecord) {
        record.figures.removeAll { $0.name == name }
        record.figures.append(RecordedFigure(name, value))
    }

    private static func baseline() throws -> Baseline { try Baseline(of: records(), command: "simulate baseline S07") }

    @Test func baselinesHoldMedianAndRange() throws {
        let baseline = try Self.baseline()
        #expect(baseline.seeds == [1, 2, 3])
        let values = try #require(baseline.values(of: "delivery.p50"))
        #expect((values.least, values.median, values.greatest, values.count) == (111, 112, 113, 3))
        #expect(!baseline.options.contains { $0.name == "seed" })
        #expect(try Baseline(json: baseline.json) == baseline)
    }

    @Test func medianOfAnEvenNumberLiesBetween() {
        #expect(Spread([1, 4, 2, 30])?.median == 3)
        #expect(Spread([.nan, 5])?.median == 5)
        #expect(Spread([.infinity]) == nil)
    }

    @Test func recordsOfDifferentKindsMakeNoBaseline() {
        let own = Samples.record()
        var larger = Samples.record(seed: 8)
        larger.options[1].value = "800"
        for records in [
            [], [own, own], [own, Samples.record(seed: 8, system: "swim")],
            [own, Samples.record(seed: 8, scenario: "S1")],
            [own, larger],
        ] {
            #expect(throws: ReportingError.self) { try Baseline(of: records, command: "") }
        }
    }

    @Test func brokenBaselinesAreNamed() throws {
        #expect(throws: ReportingError.self) { try Baseline(json: "{") }
        let other = try Self.baseline().json.replacing(#""schema" : 1"#, with: #""schema" : 7"#)
        let error = #expect(throws: ReportingError.self) { try Baseline(json: other) }
        #expect(error?.description == "schema 7 was found; this version reads 1")
        let holed = try Self.baseline().json.replacing(#""command""#, with: #""demand""#)
        #expect(throws: ReportingError("`command` is missing")) { try Baseline(json: holed) }
    }

    /// Times and bytes are better when they are lower, shares when they are higher; within the tolerance nothing changed.
    @Test(arguments: [
        ("delivery.p50", 112.0, Comparison.Verdict.same), ("delivery.p50", 117, .same), ("delivery.p50", 119, .worse),
        ("delivery.p50", 100, .better), ("lookup.success", 99.95, .same), ("lookup.success", 99.7, .worse),
        ("lookup.success", 100.1, .better), ("bytes.perNodePerSecond.mean", 850, .worse),
        ("bytes.perNodePerSecond.mean", 780, .better), ("events", 5, .shown),
    ]) func verdicts(name: String, value: Double, verdict: Comparison.Verdict) throws {
        let records = Self.records { Self.set(name, value, in: &$0) }
        let comparison = try Comparison(baseline: Self.baseline(), records: records)
        #expect(comparison.rows.first { $0.name == name }?.verdict == verdict)
        #expect(comparison.verdict == (verdict == .shown ? .same : verdict))
    }

    @Test func oneWorseFigureDecides() throws {
        let records = Self.records {
            Self.set("delivery.p50", 50, in: &$0)
            Self.set("lookup.p50", 900, in: &$0)
        }
        #expect(try Comparison(baseline: Self.baseline(), records: records).verdict == .worse)
    }

    @Test func figuresMayBeMissingOrNew() throws {
        let records = Self.records {
            $0.figures.removeAll { $0.name == "redundancy" }
            $0.figures.append(RecordedFigure("requests.p50", 12))
        }
        let comparison = try Comparison(baseline: Self.baseline(), records: records)
        #expect(comparison.rows.first { $0.name == "redundancy" }?.verdict == .missing)
        #expect(comparison.rows.last?.verdict == .new && comparison.rows.last?.name == "requests.p50")
        #expect(comparison.verdict == .worse)
    }

    @Test func textSaysWhatDiffers() throws {
        let records = Self.records {
            Self.set("lookup.p99", 1_820, in: &$0)
            $0.options[1].value = "500"
            $0.seed += 10
        }
        let comparison = try Comparison(baseline: Self.baseline(), records: records)
        let text = comparison.text
        let row = try #require(text.split(separator: "\n").first { $0.hasPrefix("lookup.p99") })
        let words = row.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        #expect(words == "lookup.p99 912 ms 911 to 913 1.82 s 1,820 to 1,820 +99.6 % 10 % or 5 ms worse")
        #expect(text.contains("the plan differs: nodes was 400") && text.contains("the seeds are others"))
        #expect(text.hasSuffix("overall: worse"))
        #expect(comparison.markdown.contains("| lookup.p99 | 912 ms |"))
    }

    @Test func nothingToCompareIsAnError() throws {
        #expect(throws: ReportingError.self) {
            try Comparison(baseline: Self.baseline(), records: [Samples.record(system: "flooding")])
        }
    }

    /// Names of the vocabulary of criteria, with the direction that each must have.
    @Test(arguments: [
        ("joined.p99", FigureKind.Direction.lower), ("catalog.complete.max", .lower), ("delivery.missed", .lower),
        ("delivery.hops.max", .lower), ("redundancy", .lower), ("messages.perUpdate", .lower),
        ("bytes.perDelivery", .lower), ("lookup.success", .higher), ("lookup.mean", .lower),
        ("lookup.hops.p90", .lower), ("lookup.queries.mean", .lower), ("lookup.exact", .higher),
        ("table.stale", .lower),
        ("table.closest20", .higher), ("links.max", .none), ("components", .lower), ("accusations.false", .lower),
        ("settled", .lower), ("requests.success", .higher), ("requests.p50", .lower), ("eventsPerSecond", .none),
        ("memoryPerNode", .none), ("somebody.elses", .none),
    ]) func directions(name: String, better: FigureKind.Direction) {
        #expect(FigureKind.of(name).better == better)
    }
}
