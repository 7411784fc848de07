import Foundation
import Testing

@testable import Reporting

/// Writes a report for looking at it, when the variable `REPORT_SAMPLE` names the file.
struct ReportFile {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["REPORT_SAMPLE"] != nil)) func write() throws {
        let path = try #require(ProcessInfo.processInfo.environment["REPORT_SAMPLE"])
        let records = [UInt64(7), 8, 9].flatMap { seed in
            [RunRecord.ownSystem, "gossipsub", "flooding"].map { Samples.record(seed: seed, system: $0) }
        }
        try HTMLReport(records).html.write(toFile: path, atomically: true, encoding: .utf8)
    }
}
