/// How a world was at one moment, for charts over time.
public struct SeriesPoint: Hashable, Sendable {
    /// Seconds since the world began.
    public var second: UInt64
    /// Nodes that run.
    public var live = 0
    /// Nodes that list every live entry.
    public var complete = 0
    /// Links that both ends admitted, over all live nodes.
    public var links = 0
    /// Entries of routing tables, over all live nodes, and how many of them point to nodes that do not run.
    public var tableEntries = 0
    public var staleEntries = 0
    /// During the second before.
    public var messages: UInt64 = 0
    public var bytes: UInt64 = 0
    public var deliveries: UInt64 = 0
    public var lookups: UInt64 = 0
    public var lookupsFailed: UInt64 = 0

    public init(second: UInt64) {
        self.second = second
    }
}
