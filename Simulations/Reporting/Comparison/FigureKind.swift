/// What a figure measures, told by its name: its unit, which way is better, and how far it may move without being called
/// better or worse.
public struct FigureKind: Hashable, Sendable {
    public enum Unit: String, Hashable, Sendable {
        case milliseconds = "ms"
        case percent = "%"
        case bytes = "B"
        case bytesPerSecond = "B/s"
        case count = ""
    }

    public enum Direction: String, Hashable, Sendable {
        case lower = "lower is better"
        case higher = "higher is better"
        /// It tells how large or how fast a run was, and decides nothing.
        case none = "no verdict"
    }

    public let unit: Unit
    public let better: Direction
    /// Share of the baseline's value.
    public let relativeTolerance: Double
    /// In the figure's own unit; the greater tolerance counts.
    public let absoluteTolerance: Double

    /// One row of the table: figures whose name is or begins or ends like that.
    struct Rule: Sendable {
        enum Pattern: Sendable {
            case exact(String)
            case prefix(String)
            case suffix(String)
        }

        let pattern: Pattern
        let kind: FigureKind
        let reason: String

        func fits(_ name: String) -> Bool {
            switch pattern {
            case .exact(let text): name == text
            case .prefix(let text): name.hasPrefix(text)
            case .suffix(let text): name.hasSuffix(text)
            }
        }

        var patternText: String {
            switch pattern {
            case .exact(let text): text
            case .prefix(let text): text + "…"
            case .suffix(let text): "…" + text
            }
        }
    }

    /// The first rule that fits counts. A figure that none fits has no verdict.
    static let rules: [Rule] = [
        rule(.exact("events"), .count, .none, 0, 0, "how large the run was"),
        rule(.exact("eventsPerSecond"), .count, .none, 0, 0, "differs from machine to machine"),
        rule(.exact("memoryPerNode"), .bytes, .none, 0, 0, "differs from machine to machine"),
        rule(.exact("lookup.made"), .count, .none, 0, 0, "part of the plan"),
        rule(.exact("components"), .count, .lower, 0, 0, "a split network is a defect"),
        rule(.prefix("links."), .count, .none, 0, 0, "a means, judged by what it costs and gives"),
        rule(.suffix(".success"), .percent, .higher, 0, 0.1, "shares near 100 % move by single operations"),
        rule(.exact("lookup.exact"), .percent, .higher, 0, 0.5, "depends on who came in the same moment"),
        rule(.exact("table.closest20"), .percent, .higher, 0, 0.5, "depends on who came in the same moment"),
        rule(.exact("table.stale"), .percent, .lower, 0.1, 0.5, "depends on who left in the same moment"),
        rule(.exact("delivery.missed"), .percent, .lower, 0, 0.01, "every missed delivery counts"),
        rule(.exact("delivery.hops.max"), .count, .lower, 0, 1, "a whole number that one path decides"),
        rule(.exact("accusations.false"), .count, .lower, 0.05, 0.01, "rare events"),
        rule(.exact("redundancy"), .count, .lower, 0.05, 0.02, "an average over all deliveries"),
        rule(.exact("messages.perUpdate"), .count, .lower, 0.05, 0, "an average over all updates"),
        rule(.prefix("lookup.hops"), .count, .lower, 0.05, 0.1, "an average or a small whole number"),
        rule(.prefix("lookup.queries"), .count, .lower, 0.05, 0.1, "an average over all lookups"),
        rule(.exact("bytes.perNodePerSecond.max"), .bytesPerSecond, .lower, 0.15, 0, "one node decides it"),
        rule(.prefix("bytes.perNodePerSecond"), .bytesPerSecond, .lower, 0.03, 0, "an average over all nodes"),
        rule(.prefix("bytes."), .bytes, .lower, 0.03, 0, "an average over many"),
        rule(.exact("settled.p999"), .milliseconds, .lower, 0.1, 1_000, "looked at ten times a second"),
        rule(.exact("settled"), .milliseconds, .lower, 0.1, 1_000, "looked at once a second"),
        rule(.suffix(".max"), .milliseconds, .lower, 0.2, 10, "one event decides it"),
        rule(.suffix(".p99"), .milliseconds, .lower, 0.1, 5, "few events decide it"),
        rule(.suffix(".p90"), .milliseconds, .lower, 0.05, 2, "a quantile of many"),
        rule(.suffix(".p50"), .milliseconds, .lower, 0.05, 2, "a quantile of many"),
        rule(.suffix(".mean"), .milliseconds, .lower, 0.05, 2, "an average over many"),
    ]

    /// The kind of the figure of this name.
    public static func of(_ name: String) -> FigureKind {
        rules.first { $0.fits(name) }?.kind ?? unknown
    }

    /// What a histogram counts, which bears the name of the figures without their ending: times, unless it is known to be
    /// something else.
    static func ofHistogram(_ name: String) -> FigureKind {
        let counts = ["links", "lookup.hops", "lookup.queries", "delivery.hops"]
        if counts.contains(name) { return FigureKind(unit: .count) }
        if name.hasPrefix("bytes") { return FigureKind(unit: name.contains("PerSecond") ? .bytesPerSecond : .bytes) }
        let isTime = ["joined", "catalog.complete", "delivery", "lookup", "requests"].contains(name)
        return FigureKind(unit: isTime ? .milliseconds : .count)
    }

    private static let unknown = FigureKind(unit: .count)

    private init(unit: Unit, better: Direction = .none, relativeTolerance: Double = 0, absoluteTolerance: Double = 0) {
        self.unit = unit
        self.better = better
        self.relativeTolerance = relativeTolerance
        self.absoluteTolerance = absoluteTolerance
    }

    private static func rule(
        _ pattern: Rule.Pattern, _ unit: Unit, _ better: Direction, _ relative: Double, _ absolute: Double,
        _ reason: String
    ) -> Rule {
        let kind = FigureKind(unit: unit, better: better, relativeTolerance: relative, absoluteTolerance: absolute)
        return Rule(pattern: pattern, kind: kind, reason: reason)
    }
}

extension FigureKind {
    /// How far a value may be from this one.
    func tolerance(around value: Double) -> Double { max(abs(value) * relativeTolerance, absoluteTolerance) }

    /// `5 % or 2 ms`; empty when nothing is tolerated or nothing judged.
    var toleranceText: String {
        guard better != .none else { return "" }
        let relative = relativeTolerance > 0 ? "\(ValueText.number(relativeTolerance * 100)) %" : nil
        // Points of a percent are not percent of a value.
        let unit = unit == .percent ? "points" : unit.rawValue
        let absolute =
            absoluteTolerance > 0 ? ValueText.number(absoluteTolerance) + (unit.isEmpty ? "" : " \(unit)") : nil
        let parts = [relative, absolute].compactMap(\.self)
        return parts.isEmpty ? "none" : parts.joined(separator: " or ")
    }

    /// The table of all kinds, for the documentation.
    public static var markdown: String {
        var table = MarkdownTable(["figure", "unit", "better", "tolerance", "because"])
        for rule in rules {
            table.add([
                "`\(rule.patternText)`", rule.kind.unit.rawValue, rule.kind.better.rawValue, rule.kind.toleranceText,
                rule.reason,
            ])
        }
        return table.text
    }
}
