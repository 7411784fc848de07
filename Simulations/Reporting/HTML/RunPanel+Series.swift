/// Charts over time.
extension RunPanel {
    private static let mostRows = 13

    var deliveriesCard: ChartCard? {
        seriesCard(
            "Deliveries per second", "Entries that nodes listed for the first time, by second.", yLabel: "deliveries/s",
            unit: .count, [("deliveries", { Double($0.deliveries) })])
    }

    var lookupsCard: ChartCard? {
        guard record.series.contains(where: { $0.lookups > 0 }) else { return nil }
        return seriesCard(
            "Lookups per second", "Searches that ended, and those of them that failed.", yLabel: "lookups/s",
            unit: .count,
            [("ended", { Double($0.lookups) }), ("failed", { Double($0.lookupsFailed) })])
    }

    var trafficCard: ChartCard? {
        seriesCard(
            "Traffic per node", "Bytes that a live node sent, on average.", yLabel: "per node and second", unit: .bytes,
            [("bytes", { Self.share(Double($0.bytes), of: $0.live) })])
    }

    var liveCard: ChartCard? {
        seriesCard(
            "Live and complete nodes", "Nodes that run, and those that list every live entry.", yLabel: "nodes",
            unit: .count, [("live", { Double($0.live) }), ("complete", { Double($0.complete) })])
    }

    var linksCard: ChartCard? {
        seriesCard(
            "Links and table entries", "For each live node, on average.", yLabel: "per node", unit: .count,
            [
                ("links", { Self.share(Double($0.links), of: $0.live) }),
                ("table entries", { Self.share(Double($0.tableEntries), of: $0.live) }),
            ])
    }

    var staleCard: ChartCard? {
        seriesCard(
            "Stale table entries", "Share of routing table entries that point to nodes that do not run.",
            yLabel: "of all entries", unit: .percent,
            [("stale", { Self.share(Double($0.staleEntries) * 100, of: $0.tableEntries) })])
    }

    private static func share(_ value: Double, of count: Int) -> Double? { count > 0 ? value / Double(count) : nil }

    private func seriesCard(
        _ title: String, _ note: String, yLabel: String, unit: FigureKind.Unit,
        _ lines: [(name: String, value: (RecordedSecond) -> Double?)]
    ) -> ChartCard? {
        let series = record.series.sorted { $0.second < $1.second }
        guard series.count > 1 else { return nil }
        let values = lines.map { line in LineChart.Line(name: line.name, values: series.map(line.value)) }
        let bands = self.bands
        let caption = ChartFrame.Caption(
            title: title, description: Self.words(values, unit), xLabel: "virtual time", yLabel: yLabel)
        let chart = LineChart(
            caption: caption, seconds: series.map { Double($0.second) }, lines: values, bands: bands, unit: unit)
        var legend = values.count > 1 ? values.enumerated().map { (style: "c\($0)", text: $1.name) } : []
        if !bands.isEmpty { legend.append((style: "band", text: faultsText)) }
        let rows = Thinning.indices(of: series.count, most: Self.mostRows).map { index in
            ["\(series[index].second) s"]
                + values.map { $0.values[index].map { ValueText.value($0, unit) } ?? "–" }
        }
        return ChartCard(
            title: title, note: note, drawing: chart.drawing, legend: legend, titles: ["time"] + lines.map(\.name),
            rows: rows)
    }

    /// Faults that begin within the run; at most as many as one can see.
    private var bands: [LineChart.Band] {
        let end = Double(record.series.map(\.second).max() ?? 0)
        return record.faults.prefix(60).map { fault in
            LineChart.Band(
                start: Double(fault.start) / 1_000, end: fault.end.map { Double($0) / 1_000 } ?? end,
                text: HTMLReport.cut(fault.text))
        }.filter { $0.start <= end }
    }

    private var faultsText: String {
        record.faults.count == 1 ? "fault: \(HTMLReport.cut(record.faults[0].text))" : "\(record.faults.count) faults"
    }

    /// Least and greatest value of each line.
    private static func words(_ lines: [LineChart.Line], _ unit: FigureKind.Unit) -> String {
        lines.map { line in
            let values = Spread(line.values.compactMap(\.self))
            let range = values.map { "\(ValueText.value($0.least, unit)) to \(ValueText.value($0.greatest, unit))" }
            return "\(line.name): \(range ?? "no values")"
        }.joined(separator: "; ")
    }
}
