import Overlay

/// A moment of a simulated world, in nanoseconds since the world began.
///
/// No node ever sees it: nodes have clocks of their own (see ``VirtualClock``), and a separate type keeps the two apart.
public struct VirtualTime: Hashable, Comparable, Sendable {
    public var nanoseconds: UInt64

    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    public static let zero = VirtualTime(nanoseconds: 0)
    /// Stands for "never".
    public static let distantFuture = VirtualTime(nanoseconds: .max)

    /// Since the world began.
    public var sinceStart: TimeSpan { TimeSpan(nanoseconds: nanoseconds) }

    public static func < (left: VirtualTime, right: VirtualTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Saturates at ``distantFuture``.
    public static func + (time: VirtualTime, span: TimeSpan) -> VirtualTime {
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(span.nanoseconds)
        return VirtualTime(nanoseconds: overflow ? .max : sum)
    }

    /// The span from an earlier moment to this one; zero when `earlier` is later.
    public func since(_ earlier: VirtualTime) -> TimeSpan {
        TimeSpan(nanoseconds: nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0)
    }
}

extension VirtualTime: CustomStringConvertible {
    /// Seconds with milliseconds, rounded down.
    public var description: String { sinceStart.secondsText }
}

extension TimeSpan {
    /// Seconds with milliseconds, rounded down: `12.034 s`.
    public var secondsText: String {
        let fraction = String(milliseconds % 1_000)
        return "\(seconds).\(String(repeating: "0", count: 3 - fraction.count))\(fraction) s"
    }
}
