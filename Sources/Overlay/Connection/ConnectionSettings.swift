/// Limits and times of one TCP connection.
public struct ConnectionSettings: Hashable, Sendable {
    /// From the first byte to the established session. Higher: dead addresses and idle attackers hold a socket longer.
    /// Lower: slow links fail; three round trips over a satellite take 2 s.
    public var handshakeTimeout: TimeSpan = .seconds(10)

    /// For the other side to agree to a stream's protocol, or to propose one. Higher: dead streams hold their slots
    /// longer. Lower: busy peers lose streams. As the handshake's.
    public var streamOpenTimeout: TimeSpan = .seconds(10)

    /// From the last byte of the other side to a ping of the session, which also measures the round trip for the windows. Higher: a
    /// vanished peer is noticed later and address translators forget the connection (some after 30 s). Lower: more idle traffic.
    public var keepAliveInterval: TimeSpan = .seconds(18)
    /// So much longer the side that was dialed waits. Higher: it notices later that the other side vanished. Lower: both ping when
    /// nothing is said, where one would do; 2 s are more than a round trip.
    public var keepAliveLag: TimeSpan = .seconds(2)
    /// From one ping to the next at most, whatever is heard: the round trip may have changed. Higher: windows and timeouts go by an
    /// old one. Lower: more idle traffic.
    public var longestKeepAliveInterval: TimeSpan = .minutes(2)

    /// Without an answer to a keep-alive ping or any other byte. Higher: a vanished peer is noticed later. Lower: a
    /// busy link is taken for a dead one. As go-yamux's.
    public var keepAliveTimeout: TimeSpan = .seconds(10)

    /// Streams that the other side may have open at once; further ones are reset. Higher: a peer can bind more memory.
    /// Lower: relays carry fewer circuits. 512 is twice yamux's backlog, for 200 requests at once with room.
    public var maximumInboundStreams = 512

    /// Streams that this side may have open at once. Bounds the memory of a runaway caller; four times the backlog.
    public var maximumOutboundStreams = 1_024

    /// Streams opened here that the other side has not acknowledged; later ones wait. The number that the yamux
    /// specification of libp2p names; peers reset what is above.
    public var acknowledgementBacklog = 256

    /// The largest receive window of a stream, in bytes. Higher: one stream can bind more memory. Lower: slower
    /// streams over long fat links. 16 MiB carries 1.3 Gbit/s at 100 ms; go-libp2p has the same bound.
    public var maximumWindow = 16 << 20

    /// Bytes by which all windows of a connection together may outgrow their initial 256 KiB. Higher: a peer whose
    /// streams were fast once can bind more memory. Lower: fewer fast streams at once. Four streams at their largest.
    public var windowGrowthBudget = 64 << 20

    /// Received bytes that readers have not consumed, over all streams; a stream whose data goes above is reset. Yamux
    /// has no window for the whole connection, so this bounds what one peer binds. As the growth budget.
    public var maximumBufferedBytes = 64 << 20

    /// Bytes accepted for sending and not sent, over all streams; a stream whose writing goes above is reset. Callers
    /// hold back long before, by ``Connection/unsentBytes(on:)``. As the receiving side.
    public var maximumUnsentBytes = 64 << 20

    /// Unsent bytes of a stream at which `streamWritable` is reported. Higher: more memory per stream. Lower: the
    /// stream may run dry while its writer wakes up. A quarter of the initial window.
    public var lowWaterMark = 64 << 10

    /// Data of one frame, and what a stream may send in its turn while others wait for theirs; alone it fills an
    /// encrypted frame of 64 KiB. Higher: less overhead, but other streams wait longer; at 1 Mbit/s 16 KiB take 0.13 s.
    /// Overhead at this value is 0.1 %.
    public var maximumDataFrame = 16 << 10

    /// Bytes that one entry puts into the outbox before the driver has its say; the rest follows in a wake that is due
    /// at once. Higher: a wide window opening all of a sudden fills the socket's queue before the driver can tell that
    /// it is full. Lower: more wakes. 1 MiB is a 64th of the bound on unsent bytes.
    public var maximumBurst = 1 << 20

    /// Answers (ping replies, resets, window updates) waiting for a socket that takes no more; above, the connection
    /// ends. Without the bound a peer that never reads could make this side queue without end.
    public var maximumQueuedControlFrames = 4_096

    /// The values above.
    public init() {}
}
