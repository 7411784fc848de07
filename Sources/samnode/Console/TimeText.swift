import Inference
import Overlay

/// Lengths of time as people write and read them.
enum TimeText {
    private static let units: [(name: Character, seconds: UInt64)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]
    /// Ten years of 365 days: longer is a slip, or a token that nobody remembers when it leaks.
    static let longest = TimeSpan.hours(24 * 3_650)

    /// `90m`, `24h`, `30d`, also `1h30m`: whole numbers with units, the larger unit first. `nil` for anything else, for
    /// nothing and for more than ``longest``.
    static func parse(_ text: String) -> TimeSpan? {
        var total: UInt64 = 0
        var digits = ""
        var remaining = units[...]
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let position = remaining.firstIndex(where: { $0.name == character }), let count = UInt64(digits)
            else {
                return nil
            }
            let (seconds, tooMany) = count.multipliedReportingOverflow(by: remaining[position].seconds)
            let (sum, tooLong) = total.addingReportingOverflow(seconds)
            guard !tooMany, !tooLong else { return nil }
            total = sum
            digits = ""
            remaining = remaining[(position + 1)...]
        }
        guard digits.isEmpty, total > 0, total <= longest.seconds else { return nil }
        return .seconds(total)
    }

    /// The two largest units that matter: `29 days 23 h`, `1 h 30 min`, `45 s`.
    static func words(_ span: TimeSpan) -> String {
        let seconds = span.seconds
        let parts: [(UInt64, String)] = [
            (seconds / 86_400, seconds / 86_400 == 1 ? "day" : "days"), (seconds / 3_600 % 24, "h"),
            (seconds / 60 % 60, "min"), (seconds % 60, "s"),
        ]
        guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "0 s" }
        return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    /// A point in time and how far it is: `2027-01-31T00:00:00Z (in 23 h 59 min)`, `… (2 h ago)`.
    static func relative(_ time: WallTime, to now: WallTime) -> String {
        let distance = time >= now ? "in \(words(time.since(now)))" : "\(words(now.since(time))) ago"
        return "\(CalendarTime.text(time)) (\(distance))"
    }
}
