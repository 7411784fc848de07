/// Calendar time in milliseconds since 1970-01-01T00:00:00Z.
///
/// Only the expiry of signed things needs it. It may jump and may differ between nodes; whoever compares allows for
/// the clock skew in the settings.
public struct WallTime: Hashable, Comparable, Sendable {
    public var milliseconds: UInt64

    public init(milliseconds: UInt64) {
        self.milliseconds = milliseconds
    }

    public init(seconds: UInt64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        self.milliseconds = overflow ? .max : product
    }

    /// Whole seconds since 1970, rounded down: the unit of Biscuit dates.
    public var seconds: UInt64 { milliseconds / 1_000 }

    public static func < (left: WallTime, right: WallTime) -> Bool { left.milliseconds < right.milliseconds }

    /// Saturates, because spans may come from outside data.
    public static func + (time: WallTime, span: TimeSpan) -> WallTime {
        let (sum, overflow) = time.milliseconds.addingReportingOverflow(span.milliseconds)
        return WallTime(milliseconds: overflow ? .max : sum)
    }

    /// Saturates at 1970.
    public static func - (time: WallTime, span: TimeSpan) -> WallTime {
        let lowered = time.milliseconds.subtractingReportingOverflow(span.milliseconds)
        return WallTime(milliseconds: lowered.overflow ? 0 : lowered.partialValue)
    }

    /// The span from an earlier time to this one; zero when `earlier` is later.
    public func since(_ earlier: WallTime) -> TimeSpan {
        .milliseconds(milliseconds > earlier.milliseconds ? milliseconds - earlier.milliseconds : 0)
    }
}
