import Foundation
import Testing

@testable import Reporting

#if canImport(FoundationXML)
    import FoundationXML
#endif

struct HTMLReportTests {
    private static let hostile = "</style><script>alert(\"1\")</script>' & \u{0}\u{1F}|¦\n<b onload='x'>"

    /// Names of elements and their attributes, in order.
    private final class Outline: NSObject, XMLParserDelegate {
        var elements: [(name: String, attributes: [String: String])] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            elements.append((name, attributes))
        }
    }

    /// Reads the page as XML.
    private static func outline(_ html: String) throws -> Outline {
        let outline = Outline()
        let parser = XMLParser(data: Data(html.utf8))
        parser.delegate = outline
        let isRead = parser.parse()
        try #require(isRead, "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "")")
        return outline
    }

    private static let everything = [UInt64(7), 8, 9].flatMap { seed in
        [RunRecord.ownSystem, "gossipsub", "flooding"].map { Samples.record(seed: seed, system: $0) }
    }

    @Test func thePageIsWellFormedAndHasAllParts() throws {
        let html = try HTMLReport(Self.everything).html
        let elements = try Self.outline(html).elements
        #expect(elements.count { $0.name == "section" } == 3)
        // Six comparisons of systems; thirteen charts for each of three seeds.
        #expect(elements.count { $0.name == "svg" } == 6 + 3 * 12)
        for part in [
            "gossipsub", "Delivery", "Lookups per second", "Traffic per node", "Stale table entries",
            "Network at the end",
            "Live and complete nodes", "Load: bytes.perNode", "simulate run S07 --seed 7", "9f2c8a01d3e4b5f6",
            "partition: 1/2 of the nodes (draw 3)", "falls short on 3 of 3 seeds", "p99 985 ms",
        ] { #expect(html.contains(part), "\(part)") }
    }

    @Test func drawingsHaveTitlesAndDescriptions() throws {
        let elements = try Self.outline(HTMLReport(Self.everything).html).elements
        for index in elements.indices where elements[index].name == "svg" {
            #expect(elements[index + 1].name == "title" && elements[index + 2].name == "desc")
            #expect(elements[index].attributes["role"] == "img")
        }
    }

    @Test func everythingIsInTheFile() throws {
        let elements = try Self.outline(HTMLReport(Self.everything).html).elements
        #expect(elements.allSatisfy { $0.attributes["src"] == nil && $0.name != "link" && $0.name != "img" })
        #expect(elements.compactMap { $0.attributes["href"] }.allSatisfy { $0.hasPrefix("#run-") })
    }

    /// Coordinates are numbers within the drawing, whatever the figures are.
    @Test func numbersOfDrawingsAreFinite() throws {
        var record = Samples.record()
        record.series.append(RecordedSecond(second: .max))
        record.series[3].bytes = .max
        record.histograms.append(RecordedHistogram("delivery.hops", [(.max, .max), (0, 3)]))
        record.histograms.append(RecordedHistogram("bytes.perNode", [(0, 5)]))
        record.histograms.append(RecordedHistogram("requests", [(0, 5)]))
        record.figures.append(RecordedFigure("delivery.p90", .nan))
        record.faults.append(RecordedFault(start: 50_000, end: 10, text: "ends before it begins"))
        record.faults.append(RecordedFault(start: .max, end: .max, text: "never"))
        let elements = try Self.outline(HTMLReport([record]).html).elements
        for element in elements {
            for name in ["d", "x", "y", "cx", "cy", "r", "width", "height", "viewBox"] {
                guard let value = element.attributes[name], element.name != "meta" else { continue }
                let numbers = value.split { "MLHVhv ".contains($0) }
                #expect(
                    !numbers.isEmpty && numbers.allSatisfy { Double($0).map { abs($0) < 5_000 } == true }, "\(value)")
            }
            if let width = element.attributes["width"].flatMap(Double.init) { #expect(width > 0) }
        }
    }

    @Test func hostileTextsStayText() throws {
        var record = Samples.record(scenario: Self.hostile)
        (record.tool, record.summary, record.command, record.digest) = (
            Self.hostile, Self.hostile, Self.hostile, Self.hostile
        )
        record.options = [RecordedOption(Self.hostile, Self.hostile)]
        record.figures.append(RecordedFigure(Self.hostile, 1))
        record.criteria = [RecordedCriterion(Self.hostile, bound: Self.hostile, value: 1, hasPassed: false)]
        record.faults[0].text = Self.hostile
        record.violations = [RecordedViolation(property: Self.hostile, time: 1, node: nil, text: Self.hostile)]
        record.histograms.append(RecordedHistogram(Self.hostile, [(1, 1)]))
        var opponent = record
        opponent.system = Self.hostile
        let html = try HTMLReport([record, opponent]).html
        let names = Set(try Self.outline(html).elements.map(\.name))
        #expect(!names.contains("b"))
        #expect(html.ranges(of: "<script").count == 1 && html.ranges(of: "</style>").count == 1)
        #expect(
            html.contains("&lt;/style&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; &amp; \u{FFFD}\u{FFFD}")
        )
    }

    @Test func emptyRunsHaveAPageToo() throws {
        let record = RunRecord(tool: "", scenario: "S01", seed: 1, command: "", nodes: 0)
        let html = try HTMLReport([record]).html
        #expect(try !Self.outline(html).elements.contains { $0.name == "svg" })
        #expect(html.contains("The scenario demands nothing") && html.contains(">passed<"))
    }

    @Test func recordsOfSeveralScenariosAreRefused() {
        #expect(throws: ReportingError.self) { try HTMLReport([]) }
        let error = #expect(throws: ReportingError.self) {
            try HTMLReport([Samples.record(), Samples.record(scenario: "S08")])
        }
        #expect(error?.text == "a report is about one scenario; there are runs of S07 and of S08")
    }

    /// What a world of 100,000 nodes leaves: a sample of places, hours of seconds, many seeds.
    @Test func sizeIsBounded() throws {
        let records = (1...UInt64(HTMLReport.mostPanels)).map(Self.large)
        #expect(try HTMLReport(records + records).html.utf8.count < 3_000_000)
    }

    private static func large(seed: UInt64) -> RunRecord {
        var record = Samples.record(seed: seed)
        record.nodes = 100_000
        record.series = (1...3_600).map(busySecond)
        record.places = (0..<UInt32(RunRecord.mostPlaces)).map(scattered)
        return record
    }

    private static func busySecond(_ second: UInt64) -> RecordedSecond {
        var point = RecordedSecond(second: second)
        point.live = 100_000
        point.complete = Int(second) * 27
        point.bytes = 123_456_789 + second * second
        point.links = 998_877
        point.tableEntries = 6_000_000 + Int(second)
        point.staleEntries = Int(second)
        point.deliveries = 12_345 + second * 7 % 991
        point.lookups = 200
        return point
    }

    private static func scattered(_ node: UInt32) -> RecordedPlace {
        let x = UInt16(node * 7 % 1_000)
        let y = UInt16(node * 13 % 997)
        return RecordedPlace(node: node, x: x, y: y, region: UInt8(node % 8), links: UInt16(node % 23))
    }
}
