import Foundation
import Testing

@testable import Reporting

struct ReportDocumentationTests {
    /// The table in the documentation is the one that decides.
    @Test func tolerancesAreDocumented() throws {
        var root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let text = try String(contentsOf: root.appending(path: "docs/simulation-reports.md"), encoding: .utf8)
        #expect(text.contains(FigureKind.markdown), "the table should be:\n\(FigureKind.markdown)")
    }
}
