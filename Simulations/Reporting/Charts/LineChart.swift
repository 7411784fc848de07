/// Values over seconds, with bands where something went wrong.
struct LineChart: Sendable {
    struct Line: Sendable {
        let name: String
        /// Nil where there is none.
        let values: [Double?]
    }

    /// In seconds.
    struct Band: Sendable {
        let start: Double
        let end: Double
        let text: String
    }

    let caption: ChartFrame.Caption
    /// Ascending.
    let seconds: [Double]
    let lines: [Line]
    var bands: [Band] = []
    let unit: FigureKind.Unit

    /// Points of a line at most: more than there are dots on a screen is waste.
    static let mostPoints = 280
    /// Values that can be read at most.
    static let mostHovers = 100

    var drawing: Markup {
        let end = max(seconds.last ?? 1, 1)
        let x = Scale(domain: min(seconds.first ?? 0, 0)...end, from: ChartFrame.left, to: ChartFrame.right)
        let values = lines.flatMap(\.values).compactMap(\.self)
        let y = Scale.fromZero(values, from: ChartFrame.bottom, to: ChartFrame.top)
        let clock = TimeAxis(longest: end)
        let unit = unit
        let frame = ChartFrame(
            caption: caption, x: x, y: y, xText: { clock.text($0) }, yText: { ValueText.axis($0, unit) },
            xTicks: clock.ticks(8))
        let shown = Thinning.indices(of: seconds.count, most: Self.mostPoints)
        return frame.drawing(hover: hover(x)) { svg in
            for band in bands { Self.add(band, x, until: end, to: &svg) }
            for (index, line) in lines.enumerated() {
                svg.add("path", [("class", "line c\(index % Palette.count)"), ("d", path(line, shown, x, y))])
            }
        }
    }

    private static func add(_ band: Band, _ x: Scale, until end: Double, to svg: inout Markup) {
        let left = x.place(band.start)
        let right = x.place(min(band.end, end))
        let attributes: [(StaticString, String)] = [
            ("class", "band"), ("x", Coordinate.text(left)), ("y", Coordinate.text(ChartFrame.top)),
            ("width", Coordinate.text(max(right - left, 1.5))),
            ("height", Coordinate.text(ChartFrame.bottom - ChartFrame.top)),
        ]
        svg.add("rect", attributes) { $0.add("title", [], band.text) }
    }

    /// Gaps where values are missing.
    private func path(_ line: Line, _ shown: [Int], _ x: Scale, _ y: Scale) -> String {
        var path = ""
        var part: [(x: Double, y: Double)] = []
        for index in shown {
            if line.values.indices.contains(index), let value = line.values[index], value.isFinite {
                part.append((x.place(seconds[index]), y.place(value)))
            } else {
                path += Coordinate.path(part)
                part = []
            }
        }
        return path + Coordinate.path(part)
    }

    private func hover(_ x: Scale) -> [HoverPoint] {
        Thinning.indices(of: seconds.count, most: Self.mostHovers).map { index in
            let values = lines.map { line in
                let value = line.values.indices.contains(index) ? line.values[index] : nil
                return "\(line.name) \(value.map { ValueText.value($0, unit) } ?? "–")"
            }
            let time = ValueText.milliseconds(seconds[index] * 1_000)
            return HoverPoint(x: x.place(seconds[index]), text: time + ": " + values.joined(separator: ", "))
        }
    }
}

/// Colours of lines and bars, which the style sheet defines for light and dark pages.
enum Palette {
    static let count = 8
}

/// Which of many points are drawn.
enum Thinning {
    /// All, or `most` that are spread evenly and include both ends.
    static func indices(of count: Int, most: Int) -> [Int] {
        guard count > most, most > 1 else { return Array(0..<max(0, count)) }
        return (0..<most).map { $0 * (count - 1) / (most - 1) }
    }
}
