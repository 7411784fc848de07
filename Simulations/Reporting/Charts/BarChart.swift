/// One value for each system, as bars that begin at zero.
struct BarChart: Sendable {
    struct Bar: Hashable, Sendable {
        let name: String
        let value: Double
        /// Of the palette; the same for a system in all charts.
        let color: Int
    }

    let title: String
    let description: String
    let bars: [Bar]
    let unit: FigureKind.Unit

    private static let rowHeight = 30.0
    private static let left = 170.0
    private static let right = 530.0

    var drawing: Markup {
        let height = Double(bars.count) * Self.rowHeight + 12
        let scale = Scale.fromZero(bars.map(\.value), from: Self.left, to: Self.right)
        var svg = Markup()
        let box = "0 0 \(Coordinate.text(ChartFrame.width)) \(Coordinate.text(height))"
        svg.add("svg", [("viewBox", box), ("role", "img"), ("class", "chart")]) { svg in
            svg.add("title", [], title)
            svg.add("desc", [], description)
            for (index, bar) in bars.enumerated() { Self.add(bar, index, scale, unit, to: &svg) }
        }
        return svg
    }

    private static func add(_ bar: Bar, _ index: Int, _ scale: Scale, _ unit: FigureKind.Unit, to svg: inout Markup) {
        let top = Double(index) * rowHeight + 8
        let end = scale.place(bar.value)
        let middle = Coordinate.text(top + 14)
        svg.add("text", [("class", "tick end"), ("x", Coordinate.text(left - 10)), ("y", middle)], shortened(bar.name))
        svg.add(
            "rect",
            [
                ("class", "bar c\(bar.color % Palette.count)"), ("x", Coordinate.text(left)),
                ("y", Coordinate.text(top)),
                ("width", Coordinate.text(max(1, end - left))), ("height", "20"), ("rx", "3"),
            ])
        svg.add(
            "text", [("class", "note"), ("x", Coordinate.text(end + 8)), ("y", middle)],
            ValueText.value(bar.value, unit))
    }

    /// Names that would run out of the drawing are cut; the table has them whole.
    static func shortened(_ name: String) -> String { name.count > 16 ? name.prefix(15) + "…" : name }
}
