import Overlay

/// The two clocks of one node: a monotonic one with an origin of its own, and a calendar that is wrong. Both run at the same
/// rate, which may be fast or slow; only the calendar jumps.
public struct VirtualClock: Hashable, Sendable {
    /// The calendar of a world begins at 2026-01-01T00:00:00Z.
    public static let epoch = WallTime(seconds: 1_767_225_600)
    /// Drifts beyond nine tenths of the rate count as nine tenths, so that clocks neither stop nor run backwards.
    public static let mostDrift: Int64 = 900_000
    private static let million: UInt64 = 1_000_000

    /// What the monotonic clock showed at `since`: when the world began, or when the rate last changed.
    public private(set) var origin: TimeSpan
    /// What the calendar showed at `since`.
    public private(set) var calendar: WallTime
    /// Since when the rate has been what it is.
    public private(set) var since = VirtualTime.zero
    /// How much faster than time itself the clocks run, in parts per million; slower when negative.
    public private(set) var drift: Int64 = 0
    /// Nanoseconds below the calendar's milliseconds, so that no change of the rate loses any.
    private var remainder: UInt64 = 0

    public init(origin: TimeSpan, calendar: WallTime) {
        self.origin = origin
        self.calendar = calendar
    }

    /// A clock that is up to `skew` slow or fast.
    init(of node: NodeIndex, skew: TimeSpan, draws: Draws) {
        let subject = UInt64(node.number)
        let origin = draws.span(in: SpanRange(.zero, .hours(1)), .clock, of: subject, 0)
        let error = draws.span(in: SpanRange(.zero, skew * 2), .clock, of: subject, 1)
        self.init(origin: origin, calendar: Self.epoch - skew + error)
    }

    /// What the node is told that it is now.
    public func moment(at time: VirtualTime) -> Moment {
        let span = shown(time.since(since))
        let wall = calendar + (span + TimeSpan(nanoseconds: remainder))
        return Moment(instant: Instant(nanoseconds: origin.nanoseconds) + span, wall: wall)
    }

    /// The first moment at which the node's monotonic clock shows `instant` or more; moments before the rate last changed
    /// count as that one.
    public func time(of instant: Instant) -> VirtualTime {
        guard instant < .distantFuture else { return .distantFuture }
        return since + needed(for: instant.since(Instant(nanoseconds: origin.nanoseconds)))
    }

    // MARK: Changes

    /// From `time` on the clocks run fast by so many parts per million. They go on from where they are.
    public mutating func drift(by partsPerMillion: Int64, at time: VirtualTime) {
        let span = shown(time.since(since))
        let below = TimeSpan(nanoseconds: remainder) + span
        origin = origin + span
        calendar = calendar + below
        remainder = below.nanoseconds % Self.million
        since = max(since, time)
        drift = min(max(partsPerMillion, -Self.mostDrift), Self.mostDrift)
    }

    /// The calendar jumps by so many nanoseconds, forward or back, and no further back than 1970. Milliseconds are the
    /// least that it shows.
    public mutating func step(by nanoseconds: Int64) {
        let size = TimeSpan(nanoseconds: nanoseconds.magnitude)
        guard nanoseconds < 0 else {
            let sum = size + TimeSpan(nanoseconds: remainder)
            calendar = calendar + sum
            remainder = sum.nanoseconds % Self.million
            return
        }
        let rest = size.nanoseconds % Self.million
        let borrows = rest > remainder
        calendar = calendar - size - (borrows ? .milliseconds(1) : .zero)
        remainder = borrows ? Self.million + remainder - rest : remainder - rest
    }

    // MARK: The rate

    /// Millionths of a second that the clocks show after a second.
    private var rate: UInt64 { UInt64(Int64(Self.million) + drift) }

    /// What the clocks have moved by after `span`, rounded down.
    private func shown(_ span: TimeSpan) -> TimeSpan {
        drift == 0 ? span : Self.scaled(span, by: rate, over: Self.million, plus: 0)
    }

    /// The shortest span after which the clocks have moved by `span`.
    private func needed(for span: TimeSpan) -> TimeSpan {
        drift == 0 ? span : Self.scaled(span, by: Self.million, over: rate, plus: rate - 1)
    }

    private static func scaled(
        _ span: TimeSpan, by factor: UInt64, over divisor: UInt64, plus extra: UInt64
    ) -> TimeSpan {
        let product = span.nanoseconds.multipliedFullWidth(by: factor)
        let (low, carry) = product.low.addingReportingOverflow(extra)
        let high = product.high + (carry ? 1 : 0)
        guard high < divisor else { return TimeSpan(nanoseconds: .max) }
        return TimeSpan(nanoseconds: divisor.dividingFullWidth((high, low)).quotient)
    }
}
