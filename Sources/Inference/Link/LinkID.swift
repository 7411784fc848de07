/// A link's number in this process; never sent anywhere, never used again.
public struct LinkID: Hashable, Comparable, Sendable {
    public var number: UInt64

    public init(number: UInt64) {
        self.number = number
    }

    public static func < (left: LinkID, right: LinkID) -> Bool { left.number < right.number }
}

/// Who opened a link. A mesh quota holds back slots for links that this node chose itself.
public enum LinkDirection: Hashable, Sendable {
    case inbound
    case outbound

    public var text: String { self == .inbound ? "inbound" : "outbound" }
}
