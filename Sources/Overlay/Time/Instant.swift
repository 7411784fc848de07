/// A point on a node's monotonic clock, in nanoseconds since an origin that only that node knows.
///
/// Two nodes' instants cannot be compared, and an instant says nothing about the calendar: expiry of signed things
/// is decided with ``WallTime``, a separate type so that the two cannot be mixed.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the node's own origin.
    public var nanoseconds: UInt64

    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    public static let zero = Instant(nanoseconds: 0)
    /// Later than anything a node can reach (584 years); stands for "never" in deadlines.
    public static let distantFuture = Instant(nanoseconds: .max)

    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Saturates at ``distantFuture`` instead of trapping, because spans may come from outside data.
    public static func + (instant: Instant, span: TimeSpan) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(span.nanoseconds)
        return Instant(nanoseconds: overflow ? .max : sum)
    }

    /// The span from an earlier instant to this one; zero when `earlier` is later.
    public func since(_ earlier: Instant) -> TimeSpan {
        TimeSpan(nanoseconds: nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0)
    }
}
