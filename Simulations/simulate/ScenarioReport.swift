import Foundation
import Reporting
import Simulator

/// What a scenario demanded and what its runs gave, for people.
struct ScenarioReport {
    /// Violations that are shown for each seed; the first is often the cause of the rest.
    private static let shownViolations = 3

    private let scenario: Scenario
    private let own: [RunRecord]
    private let opponents: [(name: String, records: [RunRecord])]

    init(_ scenario: Scenario, _ records: [RunRecord]) {
        self.scenario = scenario
        own = records.filter(\.isOwn)
        opponents = scenario.opponents.map { name in (name, records.filter { $0.system == name }) }
            .filter { !$0.records.isEmpty }
    }

    var text: String {
        let size = "\(scenario.plan.nodes) nodes, \(scenario.plan.duration.shortText)"
        let head = ["\(scenario.name): \(scenario.title) (\(size))", table]
        return (head + violations + own.map(summary) + own.map(trace)).joined(separator: "\n")
    }

    // MARK: The table

    private var table: String {
        var rows = [["figure", "bound", "samnode"] + opponents.map(\.name) + [""]]
        for criterion in scenario.criteria {
            let passed = own.count { record in
                record.criteria.contains {
                    $0.name == criterion.figure && $0.bound == criterion.boundText && $0.hasPassed
                }
            }
            let others = opponents.map { spread($0.records, criterion) }
            rows.append(
                [criterion.figure, criterion.boundText, spread(own, criterion)] + others + [verdict(passed)])
        }
        let sound = own.count { $0.violationCount == 0 }
        let count = own.reduce(0) { $0 + $1.violationCount }
        rows.append(
            ["properties", "all hold", count == 0 ? "all" : "\(count) violations"] + opponents.map { _ in "" } + [
                verdict(sound)
            ])
        return Self.aligned(rows)
    }

    private func verdict(_ passed: Int) -> String {
        if passed == own.count { return "pass" }
        return own.count == 1 ? "falls short" : "falls short on \(own.count - passed) of \(own.count) seeds"
    }

    /// The value; of several seeds the median, and the worst in parentheses.
    private func spread(_ records: [RunRecord], _ criterion: Criterion) -> String {
        let values = records.compactMap { $0.figure(criterion.figure) }.sorted()
        guard let least = values.first, let greatest = values.last else { return "–" }
        guard records.count > 1 else { return Self.number(least) }
        let isBoundBelow = criterion.comparison == .atLeast
        return "\(Self.number(values[values.count / 2])) (\(Self.number(isBoundBelow ? least : greatest)))"
    }

    private static func number(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(format: "%.0f", value) }
        return String(format: abs(value) >= 100 ? "%.1f" : "%.3f", value)
    }

    private static func aligned(_ rows: [[String]]) -> String {
        let columns = rows.first?.count ?? 0
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                // Words to the left, figures to the right.
                return column < 2 || column == columns - 1 ? cell + padding : padding + cell
            }
            return "  " + cells.joined(separator: "  ").replacing(/\s+$/, with: "")
        }.joined(separator: "\n")
    }

    // MARK: Below it

    private var violations: [String] {
        own.filter { $0.violationCount > 0 }.flatMap { record in
            let shown = record.violations.prefix(Self.shownViolations).map { violation in
                let node = violation.node.map { ", node \($0)" } ?? ""
                return "  \(violation.property) at \(violation.time) ms\(node): \(violation.text)"
            }
            let rest = record.violationCount - shown.count
            return ["violations with seed \(record.seed):"] + shown + (rest > 0 ? ["  and \(rest) more"] : [])
        }
    }

    private func summary(_ record: RunRecord) -> String {
        let settled = record.settledMilliseconds.map { "settled at \($0) ms" } ?? "did not settle"
        let seconds = max(record.cost.wallSeconds, 0.001)
        let rate = Int(Double(record.events) / seconds)
        let run = "\(record.events) events in \(Self.number(seconds)) s, \(rate) events/s"
        return "seed \(record.seed): \(settled); \(run)"
    }

    private func trace(_ record: RunRecord) -> String {
        own.count == 1 ? "trace \(record.digest)" : "trace of seed \(record.seed) \(record.digest)"
    }
}

extension Criterion {
    /// Comparison and bound: `<= 450`.
    var boundText: String { String(description.dropFirst(figure.count + 1)) }
}
