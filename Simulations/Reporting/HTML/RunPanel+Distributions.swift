/// Charts of distributions, and the map.
extension RunPanel {
    /// Of times: curves of all systems that have them.
    func shareCard(_ name: String, _ title: String, _ note: String) -> ChartCard? {
        let kind = FigureKind.ofHistogram(name)
        let factor = kind.unit == .milliseconds ? 0.001 : 1
        let lines = ([record] + opponents).compactMap { run in
            run.histogram(name).flatMap { histogram in
                histogram.count > 0
                    ? ShareChart.Line(
                        name: run.system, histogram: histogram, color: systems.firstIndex(of: run.system) ?? 0) : nil
            }
        }
        guard let first = lines.first, record.histogram(name) != nil, first.name == record.system else { return nil }
        let shares = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1)]
        let rows = lines.map { line in
            [HTMLReport.cut(line.name)]
                + shares.map { share in
                    line.histogram.value(at: share.1).map { ValueText.value(Double($0) * factor, kind.unit) } ?? "–"
                } + [ValueText.count(line.histogram.count)]
        }
        let words = rows.map { row in
            "\(row[0]): " + zip(shares, row.dropFirst()).map { "\($0.0) \($1)" }.joined(separator: ", ")
        }
        let caption = ChartFrame.Caption(
            title: title, description: words.joined(separator: "; "), xLabel: "time, logarithmic",
            yLabel: "share that took no longer")
        return ChartCard(
            title: title, note: note,
            drawing: ShareChart(caption: caption, lines: lines, unit: kind.unit, factor: factor).drawing,
            legend: lines.count > 1 ? lines.map { ("c\($0.color % Palette.count)", HTMLReport.cut($0.name)) } : [],
            titles: ["system", "p50", "p90", "p99", "max", "values"], rows: rows)
    }

    /// Distributions that have no chart of their own: load as a curve, times as shares, all else as columns.
    var otherCards: [ChartCard] {
        record.histograms.filter { $0.name != "delivery" && $0.name != "lookup" && $0.name != "links" && $0.count > 0 }
            .prefix(8)
            .compactMap { histogram in
                if histogram.name.contains("perNode") { return loadCard(histogram) }
                let name = HTMLReport.cut(histogram.name)
                if FigureKind.ofHistogram(histogram.name).unit == .milliseconds {
                    return shareCard(histogram.name, name, "Distribution of \(name).")
                }
                return columnCard(histogram, title: name, note: "How often each value occurred.", yLabel: "times")
            }
    }

    private func loadCard(_ histogram: RecordedHistogram) -> ChartCard {
        let name = HTMLReport.cut(histogram.name)
        let title = "Load: \(name)"
        let empty = ChartFrame.Caption(title: title, description: "", xLabel: "", yLabel: "")
        let inequality = LoadCurve(caption: empty, histogram: histogram).inequality
        let text = "Gini coefficient \(ValueText.number(inequality)): 0 when all nodes carry the same."
        let caption = ChartFrame.Caption(
            title: title, description: text, xLabel: "nodes, the least loaded first", yLabel: "share of the load")
        let curve = LoadCurve(caption: caption, histogram: histogram)
        let points = curve.points
        return ChartCard(
            title: title, note: text, drawing: curve.drawing, titles: ["nodes", "load"],
            rows: Thinning.indices(of: points.count, most: 11).map {
                [ValueText.percent(points[$0].nodes), ValueText.percent(points[$0].load)]
            })
    }

    private func columnCard(
        _ histogram: RecordedHistogram, title: String, note: String, yLabel: String
    ) -> ChartCard {
        let unit = FigureKind.ofHistogram(histogram.name).unit
        let median = histogram.value(at: 0.5).map { ValueText.value(Double($0), unit) } ?? "–"
        let caption = ChartFrame.Caption(
            title: title, description: "\(ValueText.count(histogram.count)) values, median \(median)",
            xLabel: histogram.name, yLabel: yLabel)
        let chart = ColumnChart(caption: caption, columns: ColumnChart.columns(of: histogram), unit: unit)
        return ChartCard(
            title: title, note: note, drawing: chart.drawing, titles: ["value", yLabel],
            rows: chart.columns.filter { $0.count > 0 }.map { [chart.text($0), ValueText.count($0.count)] })
    }

    var degreeCard: ChartCard? {
        let degrees = record.places.filter { $0.links > 0 }.map { (value: UInt64($0.links), count: UInt64(1)) }
        // The places are a sample; what the run itself counted is complete.
        let links = record.histogram("links") ?? RecordedHistogram("links", degrees)
        guard links.count > 0 else { return nil }
        return columnCard(
            links, title: "Links of nodes", note: "How many nodes had how many, at the end.",
            yLabel: "nodes")
    }

    var mapCard: ChartCard? {
        guard !record.places.isEmpty else { return nil }
        let regions = Set(record.places.map(\.region)).sorted()
        let rows = regions.map { region in
            let here = record.places.filter { $0.region == region }
            let links = Spread(here.filter { $0.links > 0 }.map { Double($0.links) })
            return [
                "region \(region)", ValueText.count(here.count), ValueText.count(here.count { $0.links == 0 }),
                links.map { ValueText.number($0.median) } ?? "–", links.map { ValueText.number($0.greatest) } ?? "–",
            ]
        }
        var legend = regions.prefix(Palette.count).map { (style: "c\(Int($0) % Palette.count)", text: "region \($0)") }
        if record.places.contains(where: \.isMalicious) { legend.append(("bad", "malicious")) }
        if record.places.contains(where: { $0.links == 0 }) { legend.append(("off", "without links")) }
        let isSample = record.places.count < record.nodes
        let note =
            "Larger dots have more links."
            + (isSample ? " \(ValueText.count(record.places.count)) of \(ValueText.count(record.nodes)) nodes." : "")
        let words = rows.map { "\($0[0]): \($0[1]) nodes, median \($0[3]) links" }.joined(separator: "; ")
        return ChartCard(
            title: "Network at the end", note: note,
            drawing: NetworkMap(title: "Network at the end", description: words, places: record.places).drawing,
            legend: legend, titles: ["region", "nodes", "without links", "links, median", "links, greatest"], rows: rows
        )
    }
}
