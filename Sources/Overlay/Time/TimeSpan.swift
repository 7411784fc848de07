/// A length of time in nanoseconds, never negative.
///
/// Half the size of Swift's `Duration` and free of its 128-bit arithmetic, which matters where a million nodes live in
/// one process.
public struct TimeSpan: Hashable, Comparable, Sendable {
    public var nanoseconds: UInt64

    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    public static let zero = TimeSpan(nanoseconds: 0)

    /// So many microseconds; saturates.
    public static func microseconds(_ count: UInt64) -> TimeSpan { scaled(count, by: 1_000) }
    /// So many milliseconds; saturates.
    public static func milliseconds(_ count: UInt64) -> TimeSpan { scaled(count, by: 1_000_000) }
    /// So many seconds; saturates.
    public static func seconds(_ count: UInt64) -> TimeSpan { scaled(count, by: 1_000_000_000) }
    /// So many minutes; saturates.
    public static func minutes(_ count: UInt64) -> TimeSpan { scaled(count, by: 60_000_000_000) }
    /// So many hours; saturates.
    public static func hours(_ count: UInt64) -> TimeSpan { scaled(count, by: 3_600_000_000_000) }

    private static func scaled(_ count: UInt64, by unit: UInt64) -> TimeSpan {
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        return TimeSpan(nanoseconds: overflow ? .max : product)
    }

    /// Whole milliseconds, rounded down.
    public var milliseconds: UInt64 { nanoseconds / 1_000_000 }
    /// Whole seconds, rounded down.
    public var seconds: UInt64 { nanoseconds / 1_000_000_000 }

    public static func < (left: TimeSpan, right: TimeSpan) -> Bool { left.nanoseconds < right.nanoseconds }

    public static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        return TimeSpan(nanoseconds: overflow ? .max : sum)
    }

    public static func * (span: TimeSpan, factor: UInt64) -> TimeSpan { scaled(factor, by: span.nanoseconds) }

    public static func / (span: TimeSpan, divisor: UInt64) -> TimeSpan {
        TimeSpan(nanoseconds: divisor == 0 ? span.nanoseconds : span.nanoseconds / divisor)
    }
}
