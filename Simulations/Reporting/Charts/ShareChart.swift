/// Which share of values does not exceed which one, for several systems, with quantiles marked on the first.
struct ShareChart: Sendable {
    struct Line: Sendable {
        let name: String
        let histogram: RecordedHistogram
        /// Of the palette; the same for a system in all charts.
        let color: Int
    }

    let caption: ChartFrame.Caption
    let lines: [Line]
    let unit: FigureKind.Unit
    /// What the values of the histograms are multiplied with: they are microseconds, and charts are in milliseconds.
    let factor: Double

    private static let mostPoints = 160

    var drawing: Markup {
        let values = lines.flatMap { [$0.histogram.buckets.first?.value, $0.histogram.buckets.last?.value] }
            .compactMap(\.self).map { Double($0) * factor }
        let least = max(values.min() ?? 1, (values.max() ?? 1) / 1e5)
        let x = Scale(
            .logarithmic, domain: max(least * 0.8, 1e-3)...max(values.max() ?? 1, 1e-3), from: ChartFrame.left,
            to: ChartFrame.right)
        let y = Scale(domain: 0...100, from: ChartFrame.bottom, to: ChartFrame.top)
        let unit = unit
        let frame = ChartFrame(
            caption: caption, x: x, y: y, xText: { ValueText.axis($0, unit) }, yText: { ValueText.number($0) + " %" })
        return frame.drawing(hover: hover(x)) { svg in
            for line in lines {
                svg.add(
                    "path", [("class", "line c\(line.color % Palette.count)"), ("d", path(line.histogram, x, y))])
            }
            if let first = lines.first { addMarks(first.histogram, x, y, to: &svg) }
        }
    }

    /// Steps: the share rises where values are.
    private func path(_ histogram: RecordedHistogram, _ x: Scale, _ y: Scale) -> String {
        var path = "M\(Coordinate.text(x.start)) \(Coordinate.text(y.place(0)))"
        let shares = Self.shares(of: histogram)
        for index in Thinning.indices(of: shares.count, most: Self.mostPoints) {
            let (value, share) = shares[index]
            path += "H\(Coordinate.text(x.place(Double(value) * factor)))V\(Coordinate.text(y.place(share)))"
        }
        return path + "H\(Coordinate.text(x.end))"
    }

    /// Values with the percent of all that do not exceed them.
    static func shares(of histogram: RecordedHistogram) -> [(value: UInt64, percent: Double)] {
        var seen = 0.0
        return histogram.buckets.map { bucket in
            seen += Double(bucket.count)
            return (bucket.value, seen / Double(max(1, histogram.count)) * 100)
        }
    }

    private func addMarks(_ histogram: RecordedHistogram, _ x: Scale, _ y: Scale, to svg: inout Markup) {
        for (name, share) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)] {
            guard let value = histogram.value(at: share) else { continue }
            let milli = Double(value) * factor
            let (place, height) = (x.place(milli), y.place(share * 100))
            svg.add(
                "path",
                [
                    ("class", "mark"),
                    (
                        "d",
                        "M\(Coordinate.text(place)) \(Coordinate.text(ChartFrame.bottom))V\(Coordinate.text(height))"
                    ),
                ])
            svg.add(
                "circle",
                [("class", "dot"), ("cx", Coordinate.text(place)), ("cy", Coordinate.text(height)), ("r", "3.5")])
            // Left of the curve nothing is drawn but other systems; labels are as far apart as the shares.
            let isLeft = place > ChartFrame.left + 110
            svg.add(
                "text",
                [
                    ("class", isLeft ? "note end" : "note"), ("x", Coordinate.text(place + (isLeft ? -8 : 8))),
                    ("y", Coordinate.text(height + 4)),
                ], "\(name) \(ValueText.value(milli, unit))")
        }
    }

    private func hover(_ x: Scale) -> [HoverPoint] {
        let percents = [1.0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 99.9, 100]
        guard let first = lines.first?.histogram else { return [] }
        let points = percents.compactMap { percent -> HoverPoint? in
            guard let value = first.value(at: percent / 100) else { return nil }
            let texts = lines.compactMap { line in
                line.histogram.value(at: percent / 100).map {
                    "\(line.name) \(ValueText.value(Double($0) * factor, unit))"
                }
            }
            return HoverPoint(
                x: x.place(Double(value) * factor),
                text: "\(ValueText.number(percent)) % within: " + texts.joined(separator: ", "))
        }
        return points
    }
}
