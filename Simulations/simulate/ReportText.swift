import Overlay
import Simulator

/// A report for people.
struct ReportText {
    private let report: MeshReport
    private let wallTime: Duration

    init(_ report: MeshReport, wallTime: Duration) {
        self.report = report
        self.wallTime = wallTime
    }

    var text: String {
        let parts = [
            "catalog complete at", completions.text, "entries to other nodes", deliveries.text, "messages",
            traffic.text,
            "nodes", nodes.text, "run", run.text, drops, violations, "trace \(report.traceHash)",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var completions: TextTable {
        var table = TextTable()
        for completion in report.completions {
            table.add("\(completion.percent) % of nodes", completion.time?.description ?? "never")
        }
        table.add("all the same", report.settledAt?.description ?? "never")
        return table
    }

    private var deliveries: TextTable {
        var table = TextTable()
        for percent in [50, 90, 99, 100] {
            table.add("\(percent) %", report.deliveries.value(atPercent: percent)?.secondsText ?? "–")
        }
        return table
    }

    private var traffic: TextTable {
        let count = UInt64(max(1, report.settings.nodes))
        var table = TextTable()
        table.add("kind", "messages", "bytes", "messages/node", "bytes/node")
        for row in report.traffic {
            table.add(
                row.kind.name, "\(row.count.messages)", "\(row.count.bytes)", "\(row.count.messages / count)",
                "\(row.count.bytes / count)")
        }
        return table
    }

    private var nodes: TextTable {
        var table = TextTable()
        table.add("", "min", "median", "max")
        add("links", report.links, to: &table)
        add("routing table", report.tables, to: &table)
        add("messages sent", report.messagesPerNode, to: &table)
        add("bytes sent", report.bytesPerNode, to: &table)
        add("own entries announced", report.publications, to: &table)
        add("lookup: peers asked", Quantiles(report.lookups.queries), to: &table)
        add("lookup: hops", Quantiles(report.lookups.hops), to: &table)
        return table
    }

    private func add<Value>(_ name: String, _ values: Quantiles<Value>, to table: inout TextTable) {
        let cells = [values.least, values.median, values.greatest].map { $0.map { "\($0)" } ?? "–" }
        table.add(name, cells[0], cells[1], cells[2])
    }

    private var run: TextTable {
        var table = TextTable()
        table.add("nodes", "\(report.settings.nodes)")
        table.add("lookups found", "\(report.lookups.found) of \(report.lookups.made)")
        table.add("dials failed", "\(report.dials.failed) of \(report.dials.made)")
        table.add("links opened (both ends)", "\(report.linksOpened)")
        table.add("duplicates per new entry", "\(report.duplicates.duplicates) / \(report.duplicates.accepted)")
        table.add("virtual time", report.virtualTime.description)
        table.add("events", "\(report.events)")
        table.add("wall time", "\(wallTime.milliseconds) ms")
        table.add("events/s", "\(report.events.perSecond(in: wallTime))")
        return table
    }

    private var drops: String {
        guard !report.drops.isEmpty else { return "" }
        var table = TextTable()
        for drop in report.drops { table.add(drop.reason, "\(drop.count)") }
        return "ignored input\n" + table.text
    }

    private var violations: String {
        guard !report.hasPassed else { return "every property held" }
        let rows = report.violations.first.prefix(10).map { "  \($0)" }
        return "\(report.violations.count) violations\n" + rows.joined(separator: "\n")
    }
}
