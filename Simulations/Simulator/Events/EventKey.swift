/// Orders events of the same moment: by whom they come from, then by their number there.
///
/// The order depends neither on when an event was put into the queue nor on what unrelated nodes do, so it survives a
/// world that is cut into parts or run by several threads.
public struct EventKey: Hashable, Comparable, Sendable {
    public let raw: UInt64

    public init(source: UInt32, number: UInt32) {
        raw = UInt64(source) << 32 | UInt64(number)
    }

    init(raw: UInt64) {
        self.raw = raw
    }

    public static func < (left: EventKey, right: EventKey) -> Bool { left.raw < right.raw }
}
