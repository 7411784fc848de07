import Overlay

/// What the paths between nodes are like.
public struct NetworkSettings: Hashable, Sendable {
    /// One-way latency of a pair of nodes, drawn once for each pair, the same in both directions. 10–100 ms spans a
    /// continent to an ocean.
    public var latency = SpanRange(.milliseconds(10), .milliseconds(100))
    /// What one packet takes on top, up to this many percent of the base. Higher: more reordering pressure on what is
    /// not in one stream. Lower: everything in lock step, which hides races.
    public var jitterPercent: UInt64 = 10
    /// How often a packet is lost, drawn for each packet and each transmission.
    public var loss = Ratio(1, 50)
    /// Payload bytes of a packet: an Ethernet frame less the headers of IPv6 and TCP with options.
    public var packetLength = 1_428
    /// Least retransmission timeout of an established connection, above the round trip (Linux, `TCP_RTO_MIN`).
    public var leastRetransmission = TimeSpan.milliseconds(200)
    /// Retransmission timeout before a round trip was measured (RFC 6298, section 2.1).
    public var firstRetransmission = TimeSpan.seconds(1)
    /// When a link is given up whose other end says nothing any more: one keep-alive interval of 15 s at most until the
    /// ping, and its 10 s of patience.
    public var silence = SpanRange(.seconds(10), .seconds(25))
    /// Bytes that a stream may have under way, as yamux begins with.
    public var streamWindow = 256 * 1_024

    public init() {}
}
