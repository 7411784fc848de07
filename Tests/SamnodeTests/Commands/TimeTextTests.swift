import Overlay
import Testing

@testable import samnode

@Suite struct TimeTextTests {
    @Test(arguments: [
        ("90m", 5_400), ("24h", 86_400), ("30d", 2_592_000), ("45s", 45), ("1h30m", 5_400), ("1d2h3m4s", 93_784),
        ("3650d", 315_360_000),
    ])
    func lengthsAreRead(_ text: String, _ seconds: UInt64) {
        #expect(TimeText.parse(text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "h", "1", "1x", "1.5h", "-1h", " 1h", "1h ", "0s", "30m1h", "1h1h", "3651d", "99999999999999999999d",
        "18446744073709551615d", "٣h",
    ])
    func otherTextIsNoLength(_ text: String) {
        #expect(TimeText.parse(text) == nil)
    }

    @Test(arguments: [
        (0, "0 s"), (59, "59 s"), (60, "1 min"), (3_661, "1 h 1 min"), (86_399, "23 h 59 min"), (86_400, "1 day"),
        (90_061, "1 day 1 h"), (2_592_000, "30 days"), (86_460, "1 day"),
    ])
    func lengthsAreWrittenInTwoUnits(_ seconds: UInt64, _ text: String) {
        #expect(TimeText.words(.seconds(seconds)) == text)
    }

    @Test func aTimeIsWrittenWithItsDistance() {
        let now = WallTime(seconds: 1_800_000_000)
        #expect(TimeText.relative(now + .hours(2), to: now) == "2027-01-15T10:00:00Z (in 2 h)")
        #expect(TimeText.relative(now - .minutes(5), to: now) == "2027-01-15T07:55:00Z (5 min ago)")
    }
}
