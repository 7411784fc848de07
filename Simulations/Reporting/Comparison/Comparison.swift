/// The figures of runs beside those of a baseline.
public struct Comparison: Sendable {
    public enum Verdict: String, Hashable, Sendable {
        case better, same, worse
        /// The baseline has the figure and the runs have not: as bad as worse.
        case missing
        /// The runs have the figure and the baseline has not.
        case new
        /// It is not judged.
        case shown = "–"
    }

    public struct Row: Hashable, Sendable {
        public let name: String
        public let before: Spread?
        public let now: Spread?
        public let verdict: Verdict

        /// Of the medians, in percent of the baseline's; nil when one is missing or the baseline's is zero.
        public var difference: Double? {
            guard let before, let now, before.median != 0 else { return nil }
            return (now.median - before.median) / abs(before.median) * 100
        }
    }

    public let baseline: Baseline
    public let rows: [Row]
    /// Of the runs compared, in order.
    public let seeds: [UInt64]
    /// Options with which the runs differ from the baseline's; figures may differ for that reason.
    public let optionDifferences: [String]

    /// Compares the runs of the baseline's scenario and system; others among `records` are left out.
    /// - Throws: ``ReportingError`` when none is left.
    public init(baseline: Baseline, records: [RunRecord]) throws {
        let records = records.filter { $0.scenario == baseline.scenario && $0.system == baseline.system }
        guard let first = records.first else {
            throw ReportingError("there is no run of \(baseline.scenario) by \(baseline.system) to compare")
        }
        self.baseline = baseline
        seeds = records.map(\.seed).sorted()
        optionDifferences = Baseline.differences(baseline.options, Baseline.options(of: first))
        let known = Set(baseline.figures.map(\.name))
        let names = baseline.figures.map(\.name) + Baseline.names(of: records).filter { !known.contains($0) }
        rows = names.map { name in
            let before = baseline.values(of: name)
            let now = Spread(records.compactMap { $0.figure(name) })
            return Row(name: name, before: before, now: now, verdict: Self.verdict(name, before: before, now: now))
        }
    }

    /// Worse when one figure is worse or missing, else better when one is better, else the same.
    public var verdict: Verdict {
        if rows.contains(where: { $0.verdict == .worse || $0.verdict == .missing }) { return .worse }
        return rows.contains { $0.verdict == .better } ? .better : .same
    }

    private static func verdict(_ name: String, before: Spread?, now: Spread?) -> Verdict {
        let kind = FigureKind.of(name)
        guard kind.better != .none else { return .shown }
        guard let before else { return .new }
        guard let now else { return .missing }
        let change = now.median - before.median
        if abs(change) <= kind.tolerance(around: before.median) { return .same }
        return (change < 0) == (kind.better == .lower) ? .better : .worse
    }
}

extension Comparison {
    /// For a terminal.
    public var text: String {
        var table = TextTable()
        table.add(Self.titles)
        for row in rows { table.add(Self.cells(row)) }
        return ([heading] + warnings + ["", table.text, "", "overall: \(verdict.rawValue)"]).joined(separator: "\n")
    }

    /// For a document.
    public var markdown: String {
        var table = MarkdownTable(Self.titles)
        for row in rows { table.add(Self.cells(row)) }
        return ([heading] + warnings + ["", table.text, "Overall: **\(verdict.rawValue)**"]).joined(separator: "\n")
    }

    private static let titles = ["figure", "baseline", "range", "now", "range", "difference", "tolerance", "verdict"]

    private static func cells(_ row: Row) -> [String] {
        let kind = FigureKind.of(row.name)
        let value = { (spread: Spread?) in spread.map { ValueText.value($0.median, kind.unit) } ?? "–" }
        let range = { (spread: Spread?) in
            spread.map { "\(ValueText.number($0.least)) to \(ValueText.number($0.greatest))" } ?? "–"
        }
        let difference = row.difference.map { ($0 > 0 ? "+" : "") + ValueText.number($0) + " %" } ?? "–"
        return [
            row.name, value(row.before), range(row.before), value(row.now), range(row.now), difference,
            kind.toleranceText, row.verdict.rawValue,
        ]
    }

    private var heading: String {
        "\(baseline.scenario), \(baseline.system): \(seeds.count) runs beside \(baseline.seeds.count) of the baseline"
    }

    private var warnings: [String] {
        var warnings: [String] = []
        if seeds != baseline.seeds { warnings.append("the seeds are others than the baseline's") }
        warnings += optionDifferences.map { "the plan differs: \($0)" }
        return warnings
    }
}
