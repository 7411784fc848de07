import Overlay
import Testing

@testable import Simulator

@Suite struct DrawsTests {
    /// Worked out by a program of its own. A change of this number changes every run that anybody wrote down.
    @Test func staysTheSame() {
        #expect(Draws(seed: 7).word(.latency, of: 3, 4) == 7_442_354_698_889_754_399)
    }

    @Test func dependsOnEveryPartOfItsName() {
        let word = Draws(seed: 7).word(.loss, of: 1, 2)
        #expect(word != Draws(seed: 8).word(.loss, of: 1, 2))
        #expect(word != Draws(seed: 7).word(.jitter, of: 1, 2))
        #expect(word != Draws(seed: 7).word(.loss, of: 2, 2))
        #expect(word != Draws(seed: 7).word(.loss, of: 1, 3))
        #expect(word != Draws(seed: 7).word(.loss, of: 2, 1))
    }

    @Test func happensAsOftenAsTheRatioSays() {
        let draws = Draws(seed: 1)
        let count = (0..<100_000).count { draws.happens(Ratio(1, 50), .loss, of: 9, UInt64($0)) }
        // Five standard deviations of a binomial distribution are 221.
        #expect((1_779...2_221).contains(count))
        #expect(!(0..<1_000).contains { draws.happens(.never, .loss, of: 9, UInt64($0)) })
        #expect((0..<1_000).allSatisfy { draws.happens(Ratio(1, 1), .loss, of: 9, UInt64($0)) })
    }

    @Test func spansStayInTheirRange() {
        let draws = Draws(seed: 1)
        let range = SpanRange(.milliseconds(10), .milliseconds(100))
        let spans = Quantiles((0..<10_000).map { draws.span(in: range, .latency, of: UInt64($0)) })
        #expect(spans.least.map { $0 >= range.shortest && $0 < .milliseconds(11) } == true)
        #expect(spans.greatest.map { $0 <= range.longest && $0 > .milliseconds(99) } == true)
        let point = SpanRange(.seconds(1), .seconds(1))
        #expect(draws.span(in: point, .latency, of: 0) == .seconds(1))
    }

    @Test(arguments: [("1/50", Ratio(1, 50)), ("0", .never), ("1", Ratio(1, 1)), ("0/3", Ratio(0, 3))])
    func readsRatios(text: String, ratio: Ratio) {
        #expect(Ratio(parsing: text) == ratio)
    }

    @Test(arguments: ["", "2", "1/0", "3/2", "-1/2", "1/2/3", "0.5", "a/b", "/", "1/"])
    func refusesWhatIsNoRatio(text: String) {
        #expect(Ratio(parsing: text) == nil)
    }

    @Test func quantilesAreValuesThatOccurred() {
        let quantiles = Quantiles([5, 1, 4, 2, 3])
        #expect(quantiles.value(atPercent: 50) == 3)
        #expect(quantiles.value(atPercent: 99) == 5)
        #expect(quantiles.value(atPercent: 20) == 1)
        #expect(quantiles.value(atPercent: 21) == 2)
        #expect(Quantiles([Int]()).median == nil)
    }
}
