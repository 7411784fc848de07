import Overlay

/// Writes calendar time for people, in UTC as RFC 3339 has it. The core has no library for that.
public enum CalendarTime {
    private static let secondsPerDay: UInt64 = 86_400
    /// 9999-12-31T23:59:59Z, the last second with a four-digit year.
    private static let lastSecond: UInt64 = 253_402_300_799

    /// For example `2027-01-31T00:00:00Z`; later times than the year 9999 are written as its end.
    public static func text(_ time: WallTime) -> String {
        let seconds = min(time.seconds, lastSecond)
        let (year, month, day) = date(daysSince1970: seconds / secondsPerDay)
        let rest = seconds % secondsPerDay
        let clock = [rest / 3_600, rest / 60 % 60, rest % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(clock)Z"
    }

    /// Howard Hinnant's `civil_from_days` (https://howardhinnant.github.io/date_algorithms.html): years begin in March,
    /// so that the leap day is the last of its year.
    private static func date(daysSince1970 days: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func padded(_ number: UInt64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
