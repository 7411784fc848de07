import Testing

@testable import Reporting

struct JSONLinesTests {
    /// A line or two of each kind.
    private static var short: RunRecord {
        var record = Samples.record()
        record.faults.removeLast()
        record.criteria.removeLast(2)
        record.figures.removeLast(6)
        record.series.removeLast(58)
        record.histograms = [RecordedHistogram("lookup.hops", [(1, 40), (2, 7)])]
        record.places.removeLast(397)
        return record
    }

    @Test func recordsSurviveTheRoundTrip() throws {
        let records = [Samples.record(), Samples.record(seed: .max, system: "gossipsub")]
        let text = try records.map(JSONLines.text).joined()
        #expect(try JSONLines.records(in: text) == records)
        #expect(try JSONLines.records(in: text).map(JSONLines.text).joined() == text)
    }

    @Test func orderOfEachKindStaysEvenWhenTimesDoNotRise() throws {
        var record = Samples.record()
        record.violations = [5_000, 1_000, 9_000, 9_000].enumerated().map {
            RecordedViolation(property: "p\($0)", time: $1, node: nil, text: "")
        }
        record.series = [3, 1, 2].map(RecordedSecond.init)
        record.faults = [
            RecordedFault(start: 9_000, end: 2_000, text: "ends first"),
            RecordedFault(start: 1_000, end: 1_000, text: ""),
        ]
        #expect(try JSONLines.records(in: JSONLines.text(of: record)) == [record])
    }

    @Test func happeningsStandInTheOrderOfTime() throws {
        let lines = try JSONLines.text(of: Samples.record()).split(separator: "\n")
        let start = try #require(lines.firstIndex { $0.contains(#""edge":"start""#) })
        #expect(lines[start - 1].contains(#""second":19,"#) && lines[start + 1].contains(#""second":20,"#))
        let violation = try #require(lines.firstIndex { $0.contains(#""kind":"violation""#) })
        #expect(lines[violation - 1].contains(#""second":31,"#))
        #expect(lines.first?.contains(#""kind":"header""#) == true && lines.last?.contains(#""kind":"footer""#) == true)
    }

    /// Cut off anywhere, a file is refused; with the last line feed missing it is whole.
    @Test func truncatedFilesAreRefused() throws {
        let record = Self.short
        let bytes = Array(try JSONLines.text(of: record).utf8)
        for length in stride(from: 0, to: bytes.count - 1, by: 3) {
            #expect(throws: ReportingError.self, "\(length) of \(bytes.count) bytes") {
                try JSONLines.records(in: String(decoding: bytes.prefix(length), as: UTF8.self))
            }
        }
        #expect(try JSONLines.records(in: String(decoding: bytes.dropLast(), as: UTF8.self)) == [record])
    }

    /// A changed byte gives an error or another value, never a crash.
    @Test func mutatedFilesDoNoHarm() throws {
        let record = Self.short
        let bytes = Array(try JSONLines.text(of: record).utf8)
        var refused = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            var changed = bytes
            changed[index] = UInt8(truncatingIfNeeded: index &* 0x9E37 >> 4)
            do { _ = try JSONLines.records(in: String(decoding: changed, as: UTF8.self)) } catch {
                #expect(error is ReportingError)
                refused += 1
            }
        }
        #expect(refused > bytes.count / 8)
    }

    @Test(arguments: [
        ("", "there is no run in it"),
        ("\n\n", "there is no run in it"),
        ("hello", "line 1: this is no JSON object, or it was cut off"),
        ("{}", "line 1: `kind` is missing"),
        (#"{"kind":"recipe"}"#, "line 1: `recipe` is no kind of line of a run"),
        (#"{"kind":"second","second":1}"#, "line 1: a header is expected before second lines"),
        (#"{"kind":"header","schema":99}"#, "line 1: schema 99 was found; this version reads 1"),
        (#"{"kind":"header","schema":1}"#, "line 1: `tool` is missing"),
    ]) func foreignFilesAreNamed(text: String, message: String) {
        let error = #expect(throws: ReportingError.self) { try JSONLines.records(in: text) }
        #expect(error?.description == message)
    }

    @Test func holesAreFound() throws {
        let lines = try JSONLines.text(of: Samples.record()).split(separator: "\n").map(String.init)
        let holed = (lines.prefix(10) + lines.dropFirst(11)).joined(separator: "\n")
        let error = #expect(throws: ReportingError.self) { try JSONLines.records(in: holed) }
        #expect(error?.line == lines.count - 1 && error?.text.contains("its footer counts \(lines.count)") == true)

        let double = (lines.dropLast() + lines).joined(separator: "\n")
        #expect(throws: ReportingError.self) { try JSONLines.records(in: double) }
    }

    @Test func columnsOfPlacesMustAgree() throws {
        let text = try JSONLines.text(of: Samples.record()).replacing(#""node":[0,"#, with: #""node":["#)
        let error = #expect(throws: ReportingError.self) { try JSONLines.records(in: text) }
        #expect(error?.text == "the columns of the places are of different lengths")
    }
}
