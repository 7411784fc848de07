@testable import Reporting

/// Records made by hand, for tests and for looking at reports.
enum Samples {
    /// A run that has some of everything.
    static func record(seed: UInt64 = 7, system: String = RunRecord.ownSystem, scenario: String = "S07") -> RunRecord {
        var record = RunRecord(
            tool: "simulate 1.0", scenario: scenario, summary: "Partition and heal", system: system, seed: seed,
            command: "simulate run \(scenario) --seed \(seed)", nodes: 400)
        record.options = [RecordedOption("seed", "\(seed)"), RecordedOption("nodes", "400")]
        record.faults = [
            RecordedFault(start: 20_000, end: 35_000, text: "partition: 1/2 of the nodes (draw 3)"),
            RecordedFault(start: 25_500, end: nil, text: "black hole: nodes 1 to 5"),
        ]
        record.figures = figures(seed: seed, factor: system == RunRecord.ownSystem ? 1 : 1.7)
        record.criteria = [
            RecordedCriterion("lookup.success", bound: ">= 99.5", value: 99.9, hasPassed: true),
            RecordedCriterion("delivery.p99", bound: "<= 2000", value: record.figure("delivery.p99"), hasPassed: true),
            RecordedCriterion("lookup.p99", bound: "<= 100", value: record.figure("lookup.p99"), hasPassed: false),
        ]
        record.violations = [
            RecordedViolation(property: "catalog.lost", time: 31_250, node: 17, text: "sequence 4 of a | <b>&amp;")
        ]
        record.violationCount = 3
        record.series = (1...60).map { second(UInt64($0)) }
        record.histograms = histograms(factor: system == RunRecord.ownSystem ? 10 : 17)
        record.places = places(400)
        record.digest = "9f2c8a01d3e4b5f6"
        record.events = 1_234_567
        record.virtualMilliseconds = 60_000
        record.settledMilliseconds = 37_250
        record.cost = RunCost(wallSeconds: 12.5, memory: 300_000_000)
        return record
    }

    private static func figures(seed: UInt64, factor: Double) -> [RecordedFigure] {
        let drift = Double(seed % 5)
        return [
            RecordedFigure("delivery.p50", (110 + drift) * factor),
            RecordedFigure("delivery.p99", (1_480 + drift) * factor),
            RecordedFigure("lookup.success", 99.9), RecordedFigure("lookup.p50", (230 + drift) * factor),
            RecordedFigure("lookup.p99", (910 + drift) * factor), RecordedFigure("settled", 2_250 * factor),
            RecordedFigure("bytes.perNodePerSecond.mean", (812 + drift) * factor),
            RecordedFigure("redundancy", 0.42 * factor), RecordedFigure("events", 1_234_567),
        ]
    }

    private static func second(_ second: UInt64) -> RecordedSecond {
        var point = RecordedSecond(second: second)
        let isCut = (20..<35).contains(second)
        point.live = second < 10 ? Int(second) * 40 : isCut ? 380 : 400
        point.complete = second < 6 ? 0 : isCut ? 120 + Int(second % 4) * 5 : point.live
        point.links = point.live * (isCut ? 7 : 10)
        point.tableEntries = point.live * 60
        point.staleEntries = point.live * (isCut ? 20 : 1)
        point.messages = UInt64(point.live) * 8
        point.bytes = UInt64(point.live) * (600 + (second * 37) % 300)
        point.deliveries = isCut ? 900 : 1_900 + (second * 91) % 400
        point.lookups = 50
        point.lookupsFailed = isCut ? 6 : 0
        return point
    }

    /// Times are spread as the product of two draws, which gives a tail.
    private static func histograms(factor: UInt64) -> [RecordedHistogram] {
        let times = (1...2_000).map { index -> (value: UInt64, count: UInt64) in
            let word = UInt64(index) &* 0x9E37_79B9_7F4A_7C15
            return (3_000 + ((word >> 48) % 120) * ((word >> 32) % 120) * 8 * factor, 1)
        }
        return [
            RecordedHistogram("delivery", times),
            RecordedHistogram("lookup", times.map { (value: $0.value * 2, count: $0.count) }),
            RecordedHistogram("lookup.hops", [(1, 40), (2, 180), (3, 260), (4, 90), (5, 12)]),
            RecordedHistogram("bytes.perNode", (1...400).map { (value: 20_000 + ($0 * $0) % 90_000, count: 1) }),
        ]
    }

    private static func places(_ count: Int) -> [RecordedPlace] {
        (0..<count).map { index in
            let word = UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
            let region = UInt8(index % 5)
            let center = [(180, 300), (480, 220), (560, 620), (800, 350), (850, 800)][Int(region)]
            return RecordedPlace(
                node: UInt32(index), x: UInt16(center.0 - 70 + Int((word >> 50) % 140)),
                y: UInt16(center.1 - 70 + Int((word >> 40) % 140)), region: region,
                links: index % 57 == 3 ? 0 : UInt16(6 + (word >> 30) % 14), isMalicious: (1...5).contains(index))
        }
    }
}
