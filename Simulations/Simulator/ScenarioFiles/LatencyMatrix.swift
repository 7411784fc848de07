import Overlay
import YAML

/// A square of one-way latencies in microseconds, a row for each region, as comma-separated numbers. Empty lines and lines that
/// begin with `#` say nothing.
struct LatencyMatrix {
    private(set) var rows: [[UInt64]] = []
    /// `line:column: what was found and what was expected`; cut short after a few.
    private(set) var problems: [String] = []

    /// Enough to see what is wrong with a file of numbers.
    private static let mostProblems = 5

    init(reading bytes: [UInt8]) {
        var lines: [Int] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let text = String(decoding: line, as: UTF8.self)
            guard !text.hasPrefix("#"), text.contains(where: { !$0.isWhitespace }) else { continue }
            lines.append(index + 1)
            read(text, line: index + 1)
            if problems.count >= Self.mostProblems { return }
        }
        if problems.isEmpty { checkShape(lines) }
    }

    private mutating func checkShape(_ lines: [Int]) {
        guard (1...ScenarioSettings.mostRegions).contains(rows.count) else {
            return note(1, 1, "found \(rows.count) rows, expected from 1 to \(ScenarioSettings.mostRegions)")
        }
        for (row, line) in zip(rows, lines) where row.count != rows.count {
            return note(line, 1, "found \(row.count) numbers, expected as many as there are rows, \(rows.count)")
        }
    }

    private mutating func read(_ text: String, line: Int) {
        let least = ScenarioSettings.leastLatency.nanoseconds / 1_000
        let most = ScenarioSettings.longestLatency.nanoseconds / 1_000
        var column = 1
        var row: [UInt64] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let number = part.filter { !$0.isWhitespace }
            if let latency = UInt64(number), (least...most).contains(latency) {
                row.append(latency)
            } else if problems.count < Self.mostProblems {
                note(line, column, "found \(number.quotedForMessage), expected microseconds from \(least) to \(most)")
            }
            column += part.count + 1
        }
        rows.append(row)
    }

    private mutating func note(_ line: Int, _ column: Int, _ message: String) {
        problems.append("\(line):\(column): \(message)")
    }
}
