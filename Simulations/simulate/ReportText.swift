import Overlay
import Simulator

/// What a run gave, for people.
struct ReportText {
    private let outcome: RunOutcome
    private let wallTime: Duration

    init(_ outcome: RunOutcome, wallTime: Duration) {
        self.outcome = outcome
        self.wallTime = wallTime
    }

    var text: String {
        ["figures", figures.text, "run", run.text, violations, "trace \(outcome.digest)"].joined(separator: "\n")
    }

    private var figures: TextTable {
        var table = TextTable()
        for figure in outcome.figures.all { table.add(figure.name, Self.rounded(figure.value)) }
        return table
    }

    /// With two digits behind the point.
    private static func rounded(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let fraction = "\(hundredths.magnitude % 100)"
        let sign = hundredths < 0 ? "-" : ""
        return "\(sign)\(hundredths.magnitude / 100).\(fraction.count == 1 ? "0" : "")\(fraction)"
    }

    private var run: TextTable {
        var table = TextTable()
        table.add("nodes", "\(outcome.plan.nodes)")
        table.add("settled", outcome.settledAt?.description ?? "never")
        table.add("virtual time", outcome.virtualTime.description)
        table.add("events", "\(outcome.events)")
        table.add("wall time", "\(wallTime.milliseconds) ms")
        table.add("events/s", "\(outcome.events.perSecond(in: wallTime))")
        return table
    }

    private var violations: String {
        guard !outcome.violations.isEmpty else { return "every property held" }
        let rows = outcome.violations.first.prefix(10).map { "  \($0)" }
        return "\(outcome.violations.count) violations\n" + rows.joined(separator: "\n")
    }
}
