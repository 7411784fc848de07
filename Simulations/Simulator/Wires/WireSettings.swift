import Overlay

/// What connections do beside carrying packets, which is the network's matter.
enum WireSettings {
    /// When a link is given up whose other end says nothing any more: one keep-alive interval of 18 s at most until the
    /// ping, and its 10 s of patience.
    static let silence = SpanRange(.seconds(10), .seconds(28))
    /// Bytes that a stream may have under way, as yamux begins with.
    static let streamWindow = 256 * 1_024
    /// Headers of IPv4, and of TCP with time stamps, which access links carry with every packet.
    static let packetHeader = 52
}
