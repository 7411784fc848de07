/// One run in charts, in words, and how to run it again.
struct RunPanel {
    let record: RunRecord
    /// Runs of other systems with the same seed.
    let opponents: [RunRecord]

    /// Ours first, then those of all opponents in the report.
    let systems: [String]

    private static let mostOptions = 400
    private static let mostFaults = 40
    private static let mostViolations = 20

    init(_ record: RunRecord, opponents: [RunRecord], systems: [String]) {
        self.record = record
        self.opponents = opponents.sorted { $0.system < $1.system }
        self.systems = systems
    }

    func add(to page: inout Markup) {
        addViolations(to: &page)
        let cards = [
            shareCard("delivery", "Delivery", "How long an entry takes from its signature to another node's list."),
            deliveriesCard, shareCard("lookup", "Lookups", "How long a search takes until it ends."), lookupsCard,
            trafficCard, liveCard, linksCard, staleCard, mapCard, degreeCard,
        ].compactMap(\.self)
        page.add("div", [("class", "charts")]) { box in
            for card in cards + otherCards { card.add(to: &box) }
        }
        addPlan(to: &page)
        addReplay(to: &page)
    }

    private func addViolations(to page: inout Markup) {
        guard record.violationCount > 0 else { return }
        page.add(
            "p", [("class", "bad")],
            "\(ValueText.count(record.violationCount)) violations"
                + (record.violationCount > min(record.violations.count, Self.mostViolations)
                    ? ", the first of them:" : ":"))
        let rows = record.violations.prefix(Self.mostViolations).map { violation in
            [
                Markup.Cell(HTMLReport.cut(violation.property)),
                Markup.Cell(ValueText.milliseconds(Double(violation.time))),
                Markup.Cell(violation.node.map { "\($0)" } ?? "all"),
                Markup.Cell(HTMLReport.cut(violation.text), "long"),
            ]
        }
        page.add("div", [("class", "card words")]) { $0.addTable(["property", "at", "node", "what"], Array(rows)) }
    }

    private func addPlan(to page: inout Markup) {
        page.add("h2", [], "Plan")
        let rows = record.options.prefix(Self.mostOptions).map {
            [Markup.Cell(HTMLReport.cut($0.name)), Markup.Cell(HTMLReport.cut($0.value), "long")]
        }
        addFaults(to: &page)
        page.add("details", [("class", "card words")]) { details in
            details.add("summary", [], planSummary)
            details.addTable(["option", "value"], Array(rows))
        }
    }

    private func addFaults(to page: inout Markup) {
        guard !record.faults.isEmpty else { return }
        let rows = record.faults.prefix(Self.mostFaults).map { fault in
            [
                Markup.Cell(ValueText.milliseconds(Double(fault.start))),
                Markup.Cell(fault.end.map { ValueText.milliseconds(Double($0)) } ?? "the end"),
                Markup.Cell(HTMLReport.cut(fault.text), "long"),
            ]
        }
        page.add("div", [("class", "card words")]) { $0.addTable(["from", "to", "what goes wrong"], Array(rows)) }
    }

    private var planSummary: String {
        let faults = record.faults.count
        let more = record.options.count - Self.mostOptions
        return "\(ValueText.count(record.nodes)) nodes, \(faults) \(faults == 1 ? "fault" : "faults"); all options"
            + (more > 0 ? " but \(more)" : "")
    }

    private func addReplay(to page: inout Markup) {
        page.add("h2", [], "Run it again")
        page.add("pre", [("tabindex", "0")], HTMLReport.cut(record.command))
        var parts = [
            record.digest.isEmpty ? nil : "digest \(HTMLReport.cut(record.digest))",
            "\(ValueText.count(record.events)) events",
            record.eventsPerSecond.map { "\(ValueText.number($0)) events/s" },
        ]
        if record.cost.wallSeconds > 0 { parts.append("\(ValueText.number(record.cost.wallSeconds)) s of wall time") }
        if let memory = record.cost.memory { parts.append("\(ValueText.bytes(Double(memory))) of memory") }
        page.add("p", [("class", "soft")], parts.compactMap(\.self).joined(separator: " · "))
    }
}
