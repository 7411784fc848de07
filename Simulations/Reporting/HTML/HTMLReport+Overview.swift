/// What stands above the charts: verdict, criteria and figures over all seeds.
extension HTMLReport {
    func addHeader(to header: inout Markup) {
        header.add("h1") { title in
            title.add(text: Self.cut(scenario) + " ")
            title.add(
                "span", [("class", hasPassed ? "badge" : "badge bad")], hasPassed ? "passed" : "failed")
        }
        if let summary = own.first?.summary, !summary.isEmpty { header.add("p", [], Self.cut(summary)) }
        header.add("p", [("class", "soft")], headline)
        header.add("dl", [("class", "tiles")]) { tiles in
            for (name, value) in self.tiles {
                tiles.add("div", [("class", "tile")]) { tile in
                    tile.add("dt", [], name)
                    tile.add("dd", [], value)
                }
            }
        }
    }

    var headline: String {
        let held = criteria.count(where: \.hasPassed)
        let violations = own.reduce(0) { $0 + $1.violationCount }
        let passed = own.count(where: \.hasPassed)
        return [
            criteria.isEmpty ? "No criteria were given." : "\(held) of \(criteria.count) criteria held on every seed.",
            violations == 0
                ? "No property was violated."
                : "Properties were violated \(ValueText.count(violations)) \(violations == 1 ? "time" : "times").",
            "\(passed) of \(own.count) \(own.count == 1 ? "run" : "runs") passed.",
        ].joined(separator: " ")
    }

    private var tiles: [(String, String)] {
        let first = own.first
        var tiles = [
            ("Nodes", ValueText.count(first?.nodes ?? 0)), ("Seeds", "\(own.count)"),
            ("Virtual time", ValueText.milliseconds(Double(first?.virtualMilliseconds ?? 0))),
        ]
        let shown = [
            ("Delivery, median", "delivery.p50"), ("Delivery, p99", "delivery.p99"),
            ("Lookups that succeed", "lookup.success"), ("Lookup, p99", "lookup.p99"),
            ("Traffic per node", "bytes.perNodePerSecond.mean"), ("Settled after faults", "settled"),
        ]
        for (title, name) in shown {
            guard let values = Spread(own.compactMap { $0.figure(name) }) else { continue }
            tiles.append((title, ValueText.value(values.median, FigureKind.of(name).unit)))
        }
        return tiles
    }

    func addCriteria(to main: inout Markup) {
        main.add("h2", [], "Criteria")
        guard !criteria.isEmpty else {
            main.add("p", [("class", "soft")], "The scenario demands nothing but that no property is violated.")
            return
        }
        let systems = opponentSystems
        let rows = criteria.map { summary in
            [
                Markup.Cell(Self.cut(summary.name)), Markup.Cell(Self.cut(summary.bound)),
                Markup.Cell(summary.medianText), Markup.Cell(summary.worstText),
            ]
                + systems.map { system in
                    Markup.Cell(summary.value(of: opponents.filter { $0.system == system }) ?? "–")
                } + [Markup.Cell(summary.verdictText, summary.hasPassed ? "good" : "bad")]
        }
        main.add("div", [("class", "card")]) {
            $0.addTable(["criterion", "bound", "median", "worst"] + systems.map(Self.cut) + ["verdict"], rows)
        }
    }

    /// Every figure of every system, with the range over seeds of ours.
    func addFigures(to main: inout Markup) {
        let systems = opponentSystems
        let rows = Baseline.names(of: own + opponents).map { name in
            let unit = FigureKind.of(name).unit
            let values = Spread(own.compactMap { $0.figure(name) })
            let text = { (value: Double?) in value.map { ValueText.value($0, unit) } ?? "–" }
            return [
                Markup.Cell(Self.cut(name)), Markup.Cell(text(values?.median)), Markup.Cell(text(values?.least)),
                Markup.Cell(text(values?.greatest)),
            ]
                + systems.map { system in
                    let theirs = opponents.filter { $0.system == system }.compactMap { $0.figure(name) }
                    return Markup.Cell(text(Spread(theirs)?.median))
                }
        }
        guard !rows.isEmpty else { return }
        main.add("details", [("class", "card")]) { details in
            details.add("summary", [], "All \(rows.count) figures")
            details.addTable(["figure", "median", "least", "greatest"] + systems.map(Self.cut), rows)
        }
    }

    /// Bars that compare systems, one drawing for each figure that matters and that an opponent has.
    func addSystems(to main: inout Markup) {
        let shown = [
            ("delivery.p50", "Delivery, median"), ("delivery.p99", "Delivery, p99"), ("lookup.p50", "Lookup, median"),
            ("lookup.success", "Lookups that succeed"), ("bytes.perNodePerSecond.mean", "Bytes per node and second"),
            ("redundancy", "Payloads received per needed, less one"),
        ]
        let cards = shown.compactMap { systemCard(figure: $0, title: $1) }
        guard !cards.isEmpty else { return }
        main.add("h2", [], "Beside other systems")
        main.add("div", [("class", "charts")]) { box in for card in cards { card.add(to: &box) } }
    }

    private func systemCard(figure name: String, title: String) -> ChartCard? {
        let bars = systems.enumerated().compactMap { color, system in
            Spread((own + opponents).filter { $0.system == system }.compactMap { $0.figure(name) }).map {
                BarChart.Bar(name: system, value: $0.median, color: color)
            }
        }
        guard bars.count > 1 else { return nil }
        let kind = FigureKind.of(name)
        let values = bars.map { [Self.cut($0.name), ValueText.value($0.value, kind.unit)] }
        let words = values.map { $0.joined(separator: " ") }.joined(separator: ", ")
        return ChartCard(
            title: title, note: "Median over seeds; \(kind.better.rawValue).",
            drawing: BarChart(title: title, description: words, bars: bars, unit: kind.unit).drawing,
            titles: ["system", title.lowercased()], rows: values)
    }
}
