import OrderedCollections

/// What happened at a ``DatagramEndpoint``.
public struct DatagramCounters: Hashable, Sendable {
    /// Datagrams handed to the driver.
    public var sent: UInt64 = 0
    /// Datagrams taken from the driver, whatever they were.
    public var received: UInt64 = 0
    /// Bytes of ``sent``, without the headers of UDP and IP.
    public var bytesSent: UInt64 = 0
    /// Bytes of ``received``, counted alike.
    public var bytesReceived: UInt64 = 0
    /// Handshakes that ended well, of both directions.
    public var handshakes: UInt64 = 0
    /// First packets that were answered with a cookie only.
    public var cookiesSent: UInt64 = 0
    /// What led to nothing, by reason.
    public var dropped: OrderedDictionary<DatagramDrop, UInt64> = [:]

    /// The sum of ``dropped``.
    public var droppedCount: UInt64 { dropped.values.reduce(0, &+) }

    mutating func drop(_ reason: DatagramDrop) {
        dropped[reason, default: 0] &+= 1
    }
}
