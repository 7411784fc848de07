/// Both readings that an entry of the core gets with every event: the monotonic clock for timers, and calendar time
/// for the expiry of signed things.
public struct Moment: Hashable, Sendable {
    public var instant: Instant
    /// The calendar by which entries and contacts are judged and signed: the node's own, or that of its neighbours where its own is
    /// wrong by more than they tolerate.
    public var wall: WallTime
    /// The node's own calendar, by which tokens and revocations are judged: no neighbour may make them last.
    public let own: WallTime

    public init(instant: Instant, wall: WallTime) {
        self.init(instant: instant, wall: wall, own: wall)
    }

    public init(instant: Instant, wall: WallTime, own: WallTime) {
        self.instant = instant
        self.wall = wall
        self.own = own
    }
}
