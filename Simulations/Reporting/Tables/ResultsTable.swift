/// What scenarios demand and what runs gave, for a document: a row for each criterion of each scenario, and one for the
/// properties that must hold in every run.
public struct ResultsTable: Sendable {
    private let records: [RunRecord]

    /// - Parameter records: of any scenarios, systems and seeds.
    public init(_ records: [RunRecord]) {
        self.records = records
    }

    /// Scenarios by name, criteria in the order of the scenario.
    public var markdown: String {
        var table = MarkdownTable([
            "scenario", "criterion", "bound", "ours: median", "ours: worst", "seeds", "opponents", "verdict", "command",
        ])
        for scenario in Set(records.map(\.scenario)).sorted() {
            let own = records.filter { $0.scenario == scenario && $0.isOwn }
            let opponents = records.filter { $0.scenario == scenario && !$0.isOwn }
            for (index, summary) in CriterionSummary.all(of: own).enumerated() {
                table.add(cells(summary, scenario: scenario, isFirst: index == 0, own: own, opponents: opponents))
            }
            if !own.isEmpty { table.add(Self.properties(of: own)) }
        }
        return table.text
    }

    private static func properties(of own: [RunRecord]) -> [String] {
        let counts = own.map(\.violationCount).sorted()
        let broken = counts.count { $0 > 0 }
        let verdict = own.count == 1 ? "falls short" : "falls short on \(broken) of \(own.count) seeds"
        return [
            "", "broken properties", "none", "\(counts[counts.count / 2])", "\(counts[counts.count - 1])", "", "",
            broken == 0 ? "pass" : verdict, "",
        ]
    }

    private func cells(
        _ summary: CriterionSummary, scenario: String, isFirst: Bool, own: [RunRecord], opponents: [RunRecord]
    ) -> [String] {
        [
            isFirst ? scenario : "", "`\(summary.name)`", summary.bound, summary.medianText, summary.worstText,
            isFirst ? "\(own.count)" : "", summary.opponentsText(opponents), summary.verdictText,
            isFirst ? "`\(own.first?.command ?? "")`" : "",
        ]
    }
}
