import Overlay

/// The two clocks of one node: a monotonic one with an origin of its own, and a calendar that is wrong by a constant.
public struct VirtualClock: Hashable, Sendable {
    /// The calendar of a world begins at 2026-01-01T00:00:00Z.
    public static let epoch = WallTime(seconds: 1_767_225_600)

    /// What the monotonic clock showed when the world began.
    public let origin: TimeSpan
    /// What the calendar showed when the world began.
    public let calendar: WallTime

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
        let span = time.sinceStart
        return Moment(instant: Instant(nanoseconds: origin.nanoseconds) + span, wall: calendar + span)
    }

    /// When the node's monotonic clock shows `instant`; moments before the world count as its beginning.
    public func time(of instant: Instant) -> VirtualTime {
        guard instant < .distantFuture else { return .distantFuture }
        return VirtualTime(nanoseconds: instant.since(Instant(nanoseconds: origin.nanoseconds)).nanoseconds)
    }
}
