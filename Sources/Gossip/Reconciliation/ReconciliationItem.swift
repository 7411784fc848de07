import Overlay

/// What a set to be reconciled consists of: an id, and the time by which ids are sorted, so that what is new lies together.
public struct ReconciliationItem: Hashable, Sendable {
    /// Any unit, the same on both sides; the highest number there is means infinity and is no item's.
    public let timestamp: UInt64
    /// Names the item; two with the same timestamp are in the order of their ids.
    public let id: Bytes32

    public init(timestamp: UInt64, id: Bytes32) {
        self.timestamp = timestamp
        self.id = id
    }
}

extension ReconciliationItem: Comparable {
    public static func < (left: ReconciliationItem, right: ReconciliationItem) -> Bool {
        left.timestamp == right.timestamp ? left.id < right.id : left.timestamp < right.timestamp
    }
}
