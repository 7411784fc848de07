import Overlay
import Testing

@testable import Simulator

struct UnitTextTests {
    @Test(
        arguments: [
            ("250ms", 250_000_000), ("90s", 90_000_000_000), ("10m", 600_000_000_000), ("2h", 7_200_000_000_000),
            ("0", 0),
            ("1_000us", 1_000_000), ("1d", 86_400_000_000_000),
        ] as [(String, UInt64)])
    func spans(_ text: String, _ nanoseconds: UInt64) {
        #expect(UnitText.span(text) == TimeSpan(nanoseconds: nanoseconds))
    }

    @Test(arguments: [
        "", "s", "5", "-5s", "5 s", "5sec", "1.5s", "4000d", "99999999999999999999s", "_1s", "1__0s", "٣s",
    ])
    func noSpans(_ text: String) {
        #expect(UnitText.span(text) == nil)
    }

    @Test(
        arguments: [("1/50", 1, 50), ("2%", 1, 50), ("0.5%", 1, 200), ("0", 0, 1), ("1", 1, 1), ("100%", 1, 1)]
            as [(String, UInt64, UInt64)])
    func ratios(_ text: String, _ numerator: UInt64, _ denominator: UInt64) {
        #expect(UnitText.ratio(text) == Ratio(numerator, denominator))
    }

    @Test(arguments: ["", "%", "101%", "100.5%", "1/0", "3/2", "-1/2", "0.5", ".5%", "1.2345%", "1.%"])
    func noRatios(_ text: String) {
        #expect(UnitText.ratio(text) == nil)
    }

    @Test func countsBytesAndBandwidths() {
        #expect(
            UnitText.count("20_000") == 20_000 && UnitText.count("20k") == 20_000 && UnitText.count("1M") == 1_000_000)
        #expect(UnitText.count("5G") == nil && UnitText.count("99999999M") == nil && UnitText.count("1.5k") == nil)
        #expect(UnitText.bytes("64KiB") == 65_536 && UnitText.bytes("512") == 512 && UnitText.bytes("9GiB") == nil)
        #expect(UnitText.bandwidth("1MiB/s") == 1_048_576 && UnitText.bandwidth("10Mbit/s") == 1_250_000)
        #expect(UnitText.bandwidth("10/s") == nil && UnitText.bandwidth("10Mbit") == nil)
    }

    @Test func rates() throws {
        let perSecond = try #require(UnitText.rate("2/s", nodes: 300))
        #expect(perSecond.count == 2 && perSecond.per == .seconds(1))
        let perNode = try #require(UnitText.rate("1/10m per node", nodes: 300))
        #expect(perNode.count == 300 && perNode.per == .minutes(10))
        for text in ["2", "2/", "/s", "0/s", "2/0s", "2/s per", "2/s per nodes", "2/s for node", "5000M/s"] {
            #expect(UnitText.rate(text, nodes: 300) == nil, "\(text)")
        }
    }

    @Test(arguments: [("-5m", -300_000_000_000), ("+20s", 20_000_000_000), ("1s", 1_000_000_000)] as [(String, Int64)])
    func signedSpans(_ text: String, _ nanoseconds: Int64) {
        #expect(UnitText.signedSpan(text) == nanoseconds)
    }

    @Test(arguments: [("90s", "90s"), ("60s", "1m"), ("1500ms", "1500ms"), ("3600s", "1h"), ("0", "0s"), ("48h", "2d")])
    func shortTexts(_ text: String, _ short: String) throws {
        #expect(try #require(UnitText.span(text)).shortText == short)
    }
}
