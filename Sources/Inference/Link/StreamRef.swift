/// A stream of a link, as the core names it before the multiplexer below has given it a number: odd when this node
/// opens it, even when the other side does.
public struct StreamRef: Hashable, Comparable, Sendable {
    public var number: UInt64

    public init(number: UInt64) {
        self.number = number
    }

    public static func < (left: StreamRef, right: StreamRef) -> Bool { left.number < right.number }
}

/// A stream together with the link that carries it.
public struct StreamKey: Hashable, Sendable {
    public var link: LinkID
    public var stream: StreamRef

    public init(link: LinkID, stream: StreamRef) {
        self.link = link
        self.stream = stream
    }
}
