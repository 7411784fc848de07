/// Size, margins and axes that all charts with two axes have in common. Units are those of the drawing, which scales with
/// the page.
struct ChartFrame: Sendable {
    /// How a chart is found and what it shows, in words.
    struct Caption: Sendable {
        let title: String
        let description: String
        let xLabel: String
        let yLabel: String
    }

    static let width = 640.0
    static let height = 304.0
    static let left = 84.0
    static let right = 612.0
    static let top = 34.0
    static let bottom = 252.0

    let caption: Caption
    let x: Scale
    let y: Scale
    let xText: @Sendable (Double) -> String
    let yText: @Sendable (Double) -> String
    var xTicks: [Double]?

    /// The whole drawing, with `marks` between the grid and the axes.
    /// - Parameter hover: values to show at places along the x axis.
    func drawing(hover: [HoverPoint] = [], marks: (inout Markup) -> Void) -> Markup {
        var svg = Markup()
        var attributes: [(StaticString, String)] = [
            ("viewBox", "0 0 \(Coordinate.text(Self.width)) \(Coordinate.text(Self.height))"), ("role", "img"),
            ("class", "chart"),
        ]
        if !hover.isEmpty { attributes.append(("data-hover", HoverPoint.text(hover))) }
        svg.add("svg", attributes) { svg in
            svg.add("title", [], caption.title)
            svg.add("desc", [], caption.description)
            addGrid(to: &svg)
            marks(&svg)
            addAxes(to: &svg)
        }
        return svg
    }

    private func addGrid(to svg: inout Markup) {
        for tick in y.ticks(5) {
            let place = Coordinate.text(y.place(tick))
            svg.add(
                "path",
                [("class", "grid"), ("d", "M\(Coordinate.text(Self.left)) \(place)H\(Coordinate.text(Self.right))")])
            svg.add(
                "text",
                [
                    ("class", "tick end"), ("x", Coordinate.text(Self.left - 8)),
                    ("y", Coordinate.text(y.place(tick) + 4)),
                ],
                yText(tick))
        }
    }

    private func addAxes(to svg: inout Markup) {
        let bottom = Coordinate.text(Self.bottom)
        svg.add(
            "path",
            [("class", "axis"), ("d", "M\(Coordinate.text(Self.left)) \(bottom)H\(Coordinate.text(Self.right))")])
        for (index, tick) in (xTicks ?? x.ticks(8)).enumerated() {
            // Narrow pages have larger letters, and show every other text.
            let style = index.isMultiple(of: 2) ? "tick mid" : "tick mid odd"
            let place = Coordinate.text(x.place(tick))
            svg.add("path", [("class", "axis"), ("d", "M\(place) \(bottom)v5")])
            svg.add(
                "text", [("class", style), ("x", place), ("y", Coordinate.text(Self.bottom + 20))], xText(tick))
        }
        svg.add(
            "text",
            [
                ("class", "label mid"), ("x", Coordinate.text((Self.left + Self.right) / 2)),
                ("y", Coordinate.text(Self.height - 8)),
            ],
            caption.xLabel)
        svg.add("text", [("class", "label"), ("x", "4"), ("y", "16")], caption.yLabel)
    }
}

/// A place along the x axis and what is to be read there.
struct HoverPoint: Sendable {
    let x: Double
    let text: String

    /// `x|text` for each, with `¦` between them; both signs become blanks in the text.
    static func text(_ points: [HoverPoint]) -> String {
        points.map { point in
            Coordinate.text(point.x) + "|" + String(point.text.map { $0 == "|" || $0 == "¦" ? " " : $0 })
        }.joined(separator: "¦")
    }
}
