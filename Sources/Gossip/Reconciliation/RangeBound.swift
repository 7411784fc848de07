import Overlay

/// Where a range ends: before the first item that is not below it. An id is said only as far as it is needed to part two
/// items with the same timestamp; the bytes left out are zero.
public struct RangeBound: Hashable, Sendable {
    /// Below every item.
    static let start = RangeBound(timestamp: 0)
    /// Above every item.
    public static let infinity = RangeBound(timestamp: .max)

    let point: ReconciliationItem
    /// Bytes of the id that are said, 0 to 32.
    let prefixLength: Int

    /// Between the items before `timestamp` and the others.
    public init(timestamp: UInt64) {
        point = ReconciliationItem(timestamp: timestamp, id: .zero)
        prefixLength = 0
    }

    /// Right before `item`, with the whole of its id.
    init(before item: ReconciliationItem) {
        point = item
        prefixLength = Bytes32.count
    }

    /// As said by a message.
    /// - Parameter prefix: at most 32 bytes.
    /// - Returns: nil when there are more.
    init?(timestamp: UInt64, prefix: ArraySlice<UInt8>) {
        let padding = Array(repeating: UInt8(0), count: max(0, Bytes32.count - prefix.count))
        guard let id = Bytes32(Array(prefix) + padding) else { return nil }
        point = ReconciliationItem(timestamp: timestamp, id: id)
        prefixLength = prefix.count
    }

    /// The shortest that parts two neighbouring items.
    init(between below: ReconciliationItem, and above: ReconciliationItem) {
        guard below.timestamp == above.timestamp else {
            self.init(timestamp: above.timestamp)
            return
        }
        let length = min((below.id ^ above.id).leadingZeroBitCount / 8 + 1, Bytes32.count)
        let prefix = above.id.array[..<length]
        self = RangeBound(timestamp: above.timestamp, prefix: prefix) ?? RangeBound(before: above)
    }

    /// The bytes of the id that are said.
    var prefix: ArraySlice<UInt8> { point.id.array[..<prefixLength] }
}
