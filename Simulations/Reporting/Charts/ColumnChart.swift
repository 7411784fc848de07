/// How often values occurred.
struct ColumnChart: Sendable {
    struct Column: Hashable, Sendable {
        /// Both ends are part of the column.
        let low: UInt64
        let high: UInt64
        let count: UInt64
    }

    let caption: ChartFrame.Caption
    let columns: [Column]
    let unit: FigureKind.Unit

    /// Columns of equal width from the least to the greatest value, empty ones too, at most as many.
    static func columns(of histogram: RecordedHistogram, most: Int = 40) -> [Column] {
        guard let low = histogram.buckets.first?.value, let high = histogram.buckets.last?.value else { return [] }
        let width = (high - low) / UInt64(max(1, most)) + 1
        var counts = Array(repeating: UInt64(0), count: Int((high - low) / width) + 1)
        for bucket in histogram.buckets {
            let place = Int((bucket.value - low) / width)
            counts[place] = counts[place].addingSaturating(bucket.count)
        }
        return counts.enumerated().map { index, count in
            let start = low + UInt64(index) * width
            return Column(low: start, high: start.addingSaturating(width - 1), count: count)
        }
    }

    var drawing: Markup {
        let x = Scale(domain: 0...Double(max(1, columns.count)), from: ChartFrame.left, to: ChartFrame.right)
        let y = Scale.fromZero(columns.map { Double($0.count) }, from: ChartFrame.bottom, to: ChartFrame.top)
        let every = max(1, (columns.count + 11) / 12)
        let middles = stride(from: 0, to: columns.count, by: every).map { Double($0) + 0.5 }
        let (columns, unit) = (columns, unit)
        let frame = ChartFrame(
            caption: caption, x: x, y: y,
            xText: { place in
                let index = Int(place)
                return columns.indices.contains(index) ? ValueText.axis(Double(columns[index].low), unit) : ""
            }, yText: { ValueText.axis($0, .count) }, xTicks: middles)
        return frame.drawing { svg in
            for (index, column) in columns.enumerated() where column.count > 0 {
                add(column, at: index, x, y, to: &svg)
            }
        }
    }

    private func add(_ column: Column, at index: Int, _ x: Scale, _ y: Scale, to svg: inout Markup) {
        let left = x.place(Double(index)) + 1
        let top = y.place(Double(column.count))
        let attributes: [(StaticString, String)] = [
            ("class", "bar c0"), ("x", Coordinate.text(left)), ("y", Coordinate.text(top)),
            ("width", Coordinate.text(max(1, x.place(Double(index) + 1) - left - 1))),
            ("height", Coordinate.text(max(0, ChartFrame.bottom - top))), ("rx", "2"),
        ]
        svg.add("rect", attributes) { $0.add("title", [], "\(text(column)): \(ValueText.count(column.count))") }
    }

    func text(_ column: Column) -> String {
        let low = ValueText.value(Double(column.low), unit)
        return column.low == column.high ? low : "\(low) to \(ValueText.value(Double(column.high), unit))"
    }
}
