import CoreMetrics
import Foundation
import Logging
import Testing

@testable import samnode

struct MetricsTests {
    @Test func showsEveryKind() {
        let registry = PrometheusRegistry()
        Counter(label: "b.count", dimensions: [("reason", "a\"b\\c\n")], factory: registry).increment(by: 3)
        Counter(label: "b.count", dimensions: [("reason", "a\"b\\c\n")], factory: registry).increment()
        Meter(label: "a_gauge", dimensions: [], factory: registry).set(1.5)
        let expected = """
            # TYPE a_gauge gauge
            a_gauge 1.5
            # TYPE b_count counter
            b_count{reason="a\\"b\\\\c\\n"} 4

            """
        #expect(registry.exposition() == expected)
    }

    @Test func histogramsAreCumulative() {
        var settings = MetricsSettings()
        settings.durationBounds = [0.1, 1]
        let registry = PrometheusRegistry(settings: settings)
        let timer = Timer(label: "t", dimensions: [("route", "direct")], factory: registry)
        for milliseconds: Int64 in [50, 500, 5_000] { timer.recordNanoseconds(milliseconds * 1_000_000) }
        let expected = """
            # TYPE t histogram
            t_bucket{route="direct",le="0.1"} 1
            t_bucket{route="direct",le="1"} 2
            t_bucket{route="direct",le="+Inf"} 3
            t_sum{route="direct"} 5.55
            t_count{route="direct"} 3

            """
        #expect(registry.exposition() == expected)
    }

    @Test func labelsAreBounded() {
        var settings = MetricsSettings()
        settings.seriesCapacity = 3
        let registry = PrometheusRegistry(settings: settings)
        for index in 0..<10 {
            Counter(label: "c", dimensions: [("peer", "\(index)")], factory: registry).increment()
        }
        let lines = registry.exposition().split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines.contains("c{peer=\"other\"} 7"))
    }

    @Test func aNameOfAnotherKindIsIgnored() {
        let registry = PrometheusRegistry()
        Counter(label: "x", dimensions: [], factory: registry).increment()
        Meter(label: "x", dimensions: [], factory: registry).set(9)
        #expect(registry.exposition() == "# TYPE x counter\nx 1\n")
    }
}

struct ConsoleLogTests {
    @Test func oneLineWithoutControlCharacters() {
        let line = ConsoleLogHandler.line(
            at: Date(timeIntervalSince1970: 0), level: .warning, message: "a\u{1B}[2Jb\nc",
            metadata: ["z": "plain", "a": "two words"])
        #expect(line == "1970-01-01T00:00:00.000Z WARNING  a\\u{1b}[2Jb\\u{a}c a=\"two words\" z=plain\n")
    }

    @Test(arguments: [("info", Logger.Level.info), ("WARN", .warning), ("Warning", .warning), ("critical", .critical)])
    func readsLevels(text: String, level: Logger.Level) {
        #expect(LogLevel(argument: text)?.level == level)
        #expect(LogLevel(argument: text + "x") == nil)
    }
}
