import Testing

@testable import Reporting

struct ChartTests {
    @Test func linearScalesPlaceAndClamp() {
        let scale = Scale(domain: 0...10, from: 100, to: 0)
        #expect([0, 5, 10, 20, -3].map(scale.place) == [100, 50, 0, 0, 100])
        #expect(scale.place(.nan) == 100)
        #expect(scale.ticks(5) == [0, 2, 4, 6, 8, 10])
    }

    @Test func logarithmicScalesHaveEqualDecades() {
        let scale = Scale(.logarithmic, domain: 1...1_000, from: 0, to: 300)
        #expect([1, 10, 100, 1_000].map { scale.place($0).rounded() } == [0, 100, 200, 300])
        #expect(scale.ticks(4) == [1, 10, 100, 1_000])
        #expect(scale.ticks(12) == [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000])
        #expect(scale.place(0) == 0)
    }

    @Test(arguments: [0.0...0, 5...5, 1e9...1e9, -1...(-1), 0...Double.infinity])
    func scalesWithoutExtentStillPlace(domain: ClosedRange<Double>) {
        for shape in [Scale.Shape.linear, .logarithmic] {
            let scale = Scale(shape, domain: domain, from: 0, to: 10)
            #expect(scale.place(domain.lowerBound).isFinite && scale.domain.lowerBound < scale.domain.upperBound)
            #expect(scale.ticks(5).count < 20)
        }
    }

    @Test func axesFromZeroEndAtARoundValue() {
        #expect(Scale.fromZero([3, 97], from: 0, to: 1).domain == 0...100)
        #expect(Scale.fromZero([380, 400], from: 0, to: 1).domain == 0...400)
        #expect(Scale.fromZero([], from: 0, to: 1).domain == 0...1)
    }

    @Test(arguments: [(60.0, 10.0, "30 s"), (600, 120, "4 min"), (7_200, 900, "30 min"), (86_400, 21_600, "18 h")])
    func timeAxesCountAsPeopleDo(longest: Double, step: Double, third: String) {
        let axis = TimeAxis(longest: longest)
        let ticks = axis.ticks(8)
        #expect(ticks[1] - ticks[0] == step && ticks.count <= 9)
        #expect(axis.text(longest == 86_400 ? ticks[3] : longest == 60 ? ticks[3] : ticks[2]) == third)
    }

    @Test func coordinatesAreShort() {
        #expect(
            [0, 1, 1.25, -0.04, -3.21, .nan, .infinity, 1e300].map(Coordinate.text)
                == ["0", "1", "1.3", "0", "-3.2", "0", "0", "0"])
        #expect(Coordinate.path([(1, 2), (3.5, 4)]) == "M1 2L3.5 4")
    }

    @Test func linesHaveGapsWhereValuesAreMissing() {
        let chart = LineChart(
            caption: ChartFrame.Caption(title: "t", description: "d", xLabel: "x", yLabel: "y"),
            seconds: [0, 1, 2, 3, 4],
            lines: [LineChart.Line(name: "a", values: [1, 2, nil, 3, 4])],
            bands: [LineChart.Band(start: 1, end: 2, text: "a & b")], unit: .count)
        let text = chart.drawing.text
        #expect(text.contains(#"class="line c0" d="M84 197.5L216 143M480 88.5L612 34""#))
        #expect(
            text.contains(
                #"<rect class="band" x="216" y="34" width="132" height="218"><title>a &amp; b</title></rect>"#))
        #expect(text.contains("|2 s: a –¦"))
    }

    @Test func thinningKeepsBothEnds() {
        #expect(Thinning.indices(of: 5, most: 9) == [0, 1, 2, 3, 4])
        #expect(Thinning.indices(of: 1_001, most: 5) == [0, 250, 500, 750, 1_000])
        #expect(Thinning.indices(of: 0, most: 5) == [])
    }

    @Test func sharesRiseToAll() {
        let histogram = RecordedHistogram("delivery", [(30, 1), (10, 2), (20, 0), (10, 1)])
        #expect(ShareChart.shares(of: histogram).map(\.value) == [10, 30])
        #expect(ShareChart.shares(of: histogram).map(\.percent) == [75, 100])
        #expect([0, 0.5, 0.75, 0.76, 1].map(histogram.value) == [10, 10, 10, 30, 30])
        #expect(RecordedHistogram("delivery", []).value(at: 0.5) == nil)
    }

    @Test func columnsHaveEqualWidth() {
        let columns = ColumnChart.columns(of: RecordedHistogram("links", [(1, 5), (4, 2), (100, 1)]), most: 10)
        #expect(columns.count == 10 && columns.allSatisfy { $0.high - $0.low == 9 })
        #expect(columns.map(\.count) == [7, 0, 0, 0, 0, 0, 0, 0, 0, 1])
        #expect(ColumnChart.columns(of: RecordedHistogram("x", [(0, 1), (.max, 1)])).map(\.count).reduce(0, +) == 2)
    }

    @Test func loadIsEvenOrLiesOnOne() {
        let caption = ChartFrame.Caption(title: "", description: "", xLabel: "", yLabel: "")
        let even = LoadCurve(caption: caption, histogram: RecordedHistogram("load", [(7, 10)]))
        #expect(abs(even.inequality) < 1e-9)
        let one = LoadCurve(caption: caption, histogram: RecordedHistogram("load", [(0, 99), (500, 1)]))
        #expect(abs(one.inequality - 0.99) < 1e-9)
        let half = LoadCurve(caption: caption, histogram: RecordedHistogram("load", [(1, 1), (3, 1)]))
        #expect(half.points.map(\.load) == [0, 25, 100] && half.points.map(\.nodes) == [0, 50, 100])
    }

    @Test func mapsTellNodesApart() {
        let places = [
            RecordedPlace(node: 0, x: 0, y: 0, region: 1, links: 3),
            RecordedPlace(node: 1, x: 1_000, y: 1_000, region: 1, links: 9),
            RecordedPlace(node: 2, x: 65_535, y: 500, region: 2, links: 0),
            RecordedPlace(node: 3, x: 500, y: 500, region: 2, links: 4, isMalicious: true),
        ]
        let text = NetworkMap(title: "t", description: "d", places: places).drawing.text
        #expect(text.contains(#"<path class="dots c1 s0" d="M14 14h0"/>"#))
        #expect(text.contains(#"<path class="dots off" d="M626 200h0"/>"#))
        #expect(text.hasSuffix(#"<path class="dots bad" d="M320 200h0"/></svg>"#))
    }
}
