import ArgumentParser
import Overlay
import Simulator

/// Values of options, each with a message that says what was expected.
enum ArgumentValues {
    static func ratio(_ text: String) throws -> Ratio {
        guard let ratio = Ratio(parsing: text) else {
            throw ValidationError("'\(text)' is no probability; expected 0, 1 or a fraction such as 1/50")
        }
        return ratio
    }

    /// `10-100` and `50`, in milliseconds.
    static func latency(_ text: String) throws -> SpanRange {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
        guard (1...2).contains(parts.count), let shortest = parts[0], let longest = parts[parts.count - 1],
            shortest <= longest, longest <= 60_000
        else {
            throw ValidationError("'\(text)' is no range of milliseconds; expected such as 10-100, at most 60000")
        }
        return SpanRange(.milliseconds(shortest), .milliseconds(longest))
    }

    /// `500ms`, `60s`, `10m`, `2h`.
    static func span(_ text: String) throws -> TimeSpan {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [String: UInt64] = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000]
        guard let count = UInt64(digits), let unit = units[String(text.dropFirst(digits.count))],
            count.multipliedReportingOverflow(by: unit).overflow == false, count * unit <= longest
        else {
            throw ValidationError("'\(text)' is no length of time; expected such as 500ms, 60s, 10m, at most 1000h")
        }
        return .milliseconds(count * unit)
    }

    /// `20s-35s`: from when until when.
    static func period(_ text: String) throws -> SpanRange {
        let parts = try text.split(separator: "-", omittingEmptySubsequences: false).map { try span(String($0)) }
        guard parts.count == 2, parts[0] < parts[1] else {
            throw ValidationError("'\(text)' is no period; expected such as 20s-35s")
        }
        return SpanRange(parts[0], parts[1])
    }

    private static let longest: UInt64 = 1_000 * 3_600_000
}
