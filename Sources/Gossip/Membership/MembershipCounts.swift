/// What happened since the start, for metrics. Never goes down.
public struct MembershipCounts: Hashable, Sendable {
    /// Peers that became neighbours.
    public var activated: UInt64 = 0
    /// Neighbours that were so no more, for whatever reason.
    public var deactivated: UInt64 = 0
    /// Of those, the ones whose link ended.
    public var lost: UInt64 = 0
    /// Requests of others that found no room.
    public var declined: UInt64 = 0
    /// Requests of this node that nobody answered.
    public var unanswered: UInt64 = 0
    /// Neighbours that made room for one that had no other.
    public var evicted: UInt64 = 0
    /// Shuffles that this node began.
    public var shuffles: UInt64 = 0
}
