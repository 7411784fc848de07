/// Both readings that an entry of the core gets with every event: the monotonic clock for timers, and calendar time
/// for the expiry of signed things.
public struct Moment: Hashable, Sendable {
    public var instant: Instant
    public var wall: WallTime

    public init(instant: Instant, wall: WallTime) {
        self.instant = instant
        self.wall = wall
    }
}
