/// How evenly load lies on nodes: which share of it the least loaded ones carry (M. O. Lorenz, 1905). The straight line is
/// equality.
struct LoadCurve: Sendable {
    let caption: ChartFrame.Caption
    let histogram: RecordedHistogram

    /// Shares of nodes and of load, both in percent, from nothing to all.
    var points: [(nodes: Double, load: Double)] {
        let total = histogram.buckets.reduce(0.0) { $0 + Double($1.value) * Double($1.count) }
        guard total > 0 else { return [(0, 0), (100, 100)] }
        var (nodes, load) = (0.0, 0.0)
        return [(0, 0)]
            + histogram.buckets.map { bucket in
                nodes += Double(bucket.count)
                load += Double(bucket.value) * Double(bucket.count)
                return (nodes / Double(histogram.count) * 100, load / total * 100)
            }
    }

    /// Zero when all carry the same, near one when one carries everything (C. Gini, 1912).
    var inequality: Double {
        var area = 0.0
        for (before, after) in zip(points, points.dropFirst()) {
            area += (after.nodes - before.nodes) * (after.load + before.load) / 2
        }
        return max(0, 1 - area / 5_000)
    }

    var drawing: Markup {
        let x = Scale(domain: 0...100, from: ChartFrame.left, to: ChartFrame.right)
        let y = Scale(domain: 0...100, from: ChartFrame.bottom, to: ChartFrame.top)
        let percent: @Sendable (Double) -> String = { ValueText.number($0) + " %" }
        let frame = ChartFrame(caption: caption, x: x, y: y, xText: percent, yText: percent)
        let points = points
        let shown = Thinning.indices(of: points.count, most: 160).map { points[$0] }
        let hover = shown.map {
            HoverPoint(
                x: x.place($0.nodes),
                text: "\(ValueText.number($0.nodes)) % of the nodes carry \(ValueText.number($0.load)) % of the load")
        }
        return frame.drawing(hover: hover) { svg in
            svg.add("path", [("class", "mark"), ("d", Coordinate.path([(x.start, y.start), (x.end, y.end)]))])
            svg.add(
                "path",
                [("class", "line c0"), ("d", Coordinate.path(shown.map { (x.place($0.nodes), y.place($0.load)) }))])
        }
    }
}
