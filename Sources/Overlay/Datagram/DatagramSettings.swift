/// Bounds of a ``DatagramEndpoint``.
public struct DatagramSettings: Hashable, Sendable {
    /// Sessions held, of both directions. Higher: memory, about 700 bytes each. Lower: peers that are asked again need new
    /// handshakes. 4,096 are all that a node of 10,000 asks within the five minutes that a session lasts.
    public var sessions = 4_096
    /// Sessions made by others' first packets over which nothing came yet. Apart from the rest, so that a flood of first
    /// packets takes no session from those who use theirs. Higher: memory, 700 bytes each. Lower: under a flood a peer's
    /// second question comes too late. Half of it is more than a second of the full rate.
    public var unconfirmedSessions = 1_024
    /// Handshakes begun and not answered. Higher: memory, 1.5 kB each. Lower: searches under way at once lose theirs. 512 is
    /// 64 searches at eight questions.
    public var handshakes = 512
    /// A first packet or a path challenge that was not answered for this long is forgotten. Higher: keys that nobody will use
    /// stay in memory. Lower: answers over slow paths come too late. 10 s are ten times the longest time that a question waits.
    public var handshakeLimit = TimeSpan.seconds(10)
    /// Between two path challenges to one address. Higher: after a lost one the new address waits. Lower: more challenges
    /// under way at once. 1 s is a round trip over a satellite.
    public var challengeInterval = TimeSpan.seconds(1)
    /// A session over which nothing came for this long is forgotten. Higher: memory for peers that are gone, and address
    /// translators have forgotten the way. Lower: more handshakes. 5 minutes is above what most translators keep (RFC 4787
    /// asks for 2 at least).
    public var idleLimit = TimeSpan.minutes(5)
    /// After this a session is not used for new questions; the next one makes a new session with new keys. Higher: more is
    /// lost with one key. Lower: more handshakes. 10 minutes is five times WireGuard's.
    public var keyLifetime = TimeSpan.minutes(10)
    /// Datagrams sent with one key; far below where ChaCha20's counter would matter (PROTOCOL: 2^32).
    public var keyMessages: UInt64 = 1 << 32

    /// First packets answered per second. Higher: a flood of them takes the processor (0.25 ms each). Lower: a crowd that
    /// joins waits. 400 is a tenth of one core.
    public var handshakesPerSecond: UInt64 = 400
    /// First packets that may be saved up. With less than half of it left, the sender must show a cookie. Higher: a flood has
    /// the processor for longer. Lower: cookies, which cost a round trip, in every small crowd. 800 are 0.2 s of a core.
    public var handshakeBurst: UInt64 = 800
    /// First packets answered per second from one /24 (IPv4) or /48 (IPv6) of the Internet, once without cookies (above it
    /// they are asked for one) and once more with. Higher: one network can take the place of all others. Lower: many nodes
    /// behind one address wait. 20 is an office.
    public var prefixHandshakesPerSecond: UInt64 = 20
    /// First packets of one prefix that may be saved up. Higher and lower as above. 80 is a rack that starts at once.
    public var prefixHandshakeBurst: UInt64 = 80
    /// Prefixes whose rate is remembered, with and without cookies. Higher: memory, 60 bytes each. Lower: a flood from many prefixes resets the
    /// count of each; the limit over all still holds.
    public var prefixes = 1_024
    /// Keys of first packets remembered, so that a copy is not answered. Higher: memory, 40 bytes each. Lower: copies are
    /// answered sooner, which costs time and tells the copier nothing. 8,192 are ten to twenty seconds at the full rate.
    public var seenHandshakes = 8_192
    /// How long a cookie is good, once or twice this. Higher: a cookie that was overheard is useful for longer. Lower: slow
    /// paths need two. WireGuard has two minutes.
    public var cookieLifetime = TimeSpan.minutes(2)

    public init() {}
}
