/// One page about the runs of a scenario: complete in one file, without anything from a network, for browsers and for print.
public struct HTMLReport: Sendable {
    /// Runs shown in detail at most; the tables are over all of them.
    static let mostPanels = 8
    /// Texts that others wrote are cut behind so many characters.
    static let longestText = 600

    let scenario: String
    /// Runs that the report is about: ours, or, when there is none, the first opponent's.
    let own: [RunRecord]
    let opponents: [RunRecord]
    let criteria: [CriterionSummary]

    /// - Parameter records: of one scenario; any seeds, any systems.
    /// - Throws: ``ReportingError`` when there is none, or when they are of several scenarios.
    public init(_ records: [RunRecord]) throws {
        guard let first = records.first else { throw ReportingError("there is no run to report") }
        if let other = records.first(where: { $0.scenario != first.scenario }) {
            throw ReportingError(
                "a report is about one scenario; there are runs of \(first.scenario) and of \(other.scenario)")
        }
        let system = records.contains(where: \.isOwn) ? RunRecord.ownSystem : first.system
        scenario = first.scenario
        own = records.filter { $0.system == system }
        opponents = records.filter { $0.system != system }
        criteria = CriterionSummary.all(of: own)
    }

    /// Names of opponents in the order of the alphabet.
    var opponentSystems: [String] { Set(opponents.map(\.system)).sorted() }

    /// Ours first: their places are their colours in all charts.
    var systems: [String] { own.prefix(1).map(\.system) + opponentSystems }

    var hasPassed: Bool { own.allSatisfy(\.hasPassed) }

    /// Runs in detail, those that failed before the others.
    var panels: [RunRecord] {
        let failed = own.filter { !$0.hasPassed }
        return Array((failed + own.filter(\.hasPassed)).prefix(Self.mostPanels))
    }

    /// The whole file. Equal records give equal bytes.
    public var html: String {
        var page = Markup()
        page.add(trusted: "<!DOCTYPE html>\n")
        page.add("html", [("lang", "en")]) { html in
            html.add("head") { addHead(to: &$0) }
            html.add("body") { body in
                body.add("header") { addHeader(to: &$0) }
                body.add("main") { addMain(to: &$0) }
                body.add("footer", [], "Made by \(Self.cut(own.first?.tool ?? "")). Times are of the simulated clock.")
                body.add("output", [("id", "tip"), ("hidden", "hidden")], "")
                body.add("script") { $0.add(trusted: StyleSheet.script) }
            }
        }
        return page.text + "\n"
    }

    static func cut(_ text: String) -> String {
        text.count > longestText ? text.prefix(longestText) + "…" : text
    }

    private func addHead(to head: inout Markup) {
        head.add("meta", [("charset", "utf-8")])
        // Nothing is ever loaded, whatever a text in the page says.
        head.add(
            "meta",
            [
                ("http-equiv", "Content-Security-Policy"),
                ("content", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"),
            ])
        head.add("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")])
        head.add("title", [], "\(Self.cut(scenario)): \(hasPassed ? "passed" : "failed")")
        head.add("style") { $0.add(trusted: StyleSheet.text) }
    }

    private func addMain(to main: inout Markup) {
        addCriteria(to: &main)
        addFigures(to: &main)
        addSystems(to: &main)
        let panels = panels
        main.add("h2", [], panels.count == 1 ? "The run" : "The runs")
        if panels.count > 1 { addNavigation(panels, to: &main) }
        for (index, record) in panels.enumerated() {
            main.add("section", [("class", "run"), ("id", "run-\(index)")]) { section in
                section.add("h2", [], Self.name(of: record))
                let others = opponents.filter { $0.seed == record.seed }
                RunPanel(record, opponents: others, systems: systems).add(to: &section)
            }
        }
    }

    private func addNavigation(_ panels: [RunRecord], to main: inout Markup) {
        main.add("nav", [("aria-label", "Seeds")]) { navigation in
            for (index, record) in panels.enumerated() {
                navigation.add(
                    "a", [("href", "#run-\(index)"), ("class", record.hasPassed ? "pass" : "fail")],
                    "seed \(record.seed)" + (record.hasPassed ? "" : " – failed"))
            }
        }
        if own.count > panels.count {
            main.add(
                "p", [("class", "soft")],
                "\(own.count - panels.count) more runs are in the tables above, not in charts.")
        }
    }

    private static func name(of record: RunRecord) -> String {
        "Seed \(record.seed), \(cut(record.system)): \(record.hasPassed ? "passed" : "failed")"
    }
}
