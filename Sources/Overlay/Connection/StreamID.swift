/// Names a stream within its connection: the yamux stream number, odd when the connection's initiator opened it.
public struct StreamID: Hashable, Comparable, Sendable {
    /// The number on the wire; 0 names no stream.
    public let rawValue: UInt32

    /// From the number on the wire.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    public static func < (left: StreamID, right: StreamID) -> Bool { left.rawValue < right.rawValue }
}

extension StreamID: CustomStringConvertible {
    public var description: String { "stream \(rawValue)" }
}
