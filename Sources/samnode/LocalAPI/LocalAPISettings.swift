import NIOCore

/// Limits of the local HTTP server.
struct LocalAPISettings: Sendable {
    /// Connections at a time, for each of the two listeners. Higher: more memory when agents leak connections. Lower: a
    /// busy machine waits in the accept queue.
    var maximumConnections = 1_024
    /// How long a connection may be without a request, or take to send one's head. Higher: dead clients hold connections.
    /// Lower: SDKs open new ones more often. 120 seconds is SAM's.
    var idleTimeout = TimeAmount.seconds(120)
    /// Bytes of one header field, and of all fields of a request. Higher: more memory for hostile clients. Lower: large
    /// cookies and traces fail.
    var headerCapacity = 64 * 1_024
    /// Fields of a request's head.
    var headerCount = 256
    /// How long a client that closed its sending side may still read. Higher: cancelling reaches the backend later.
    /// Lower: tools that close it right after the request (`nc`) get no answer from fast endpoints.
    var halfCloseGrace = TimeAmount.milliseconds(250)
    /// Bytes of an upload still read after it was refused as too large, so that the client sees the refusal instead of a
    /// broken connection. Higher: more useless traffic. Lower: some clients report a connection error.
    var refusedUploadCapacity = 32 << 20
    /// Services in one answer of discovery, unless the client asks for another number.
    var discoveryLimit = 20
    /// How often a client that follows a list hears something when nothing changes. Higher: proxies and clients take the
    /// connection for dead. Lower: more wakes. 15 s is what the specification of server-sent events advises.
    var watchKeepAlive = Duration.seconds(15)
    /// The most that it can ask for.
    var discoveryLimitCapacity = 1_000
}
