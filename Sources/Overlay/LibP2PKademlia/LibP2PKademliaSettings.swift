/// Bounds of what a node does for libp2p neighbours, and of what it reads of them.
public struct LibP2PKademliaSettings: Hashable, Sendable {
    /// Connections of libp2p neighbours. Higher: strangers bind more memory, some 20 KiB for each that idles. Lower: small
    /// libp2p networks do not fit. 32 is a quarter of the links that a node takes.
    public var neighbours = 32
    /// Streams that one neighbour may have open. Higher: more memory for requests that never end. Lower: lookups of
    /// implementations that open a stream for each request are reset. py-libp2p serves 12 at a time; go-libp2p needs one.
    public var streamsPerNeighbour = 16
    /// Requests of one neighbour per second. Higher: it costs us more upload, up to 20 KiB for an answer. Lower: its lookups
    /// stall. 20 is three lookups of its own in a second.
    public var requestsPerSecond: UInt64 = 20
    /// Requests that a neighbour may save up. Higher: a longer burst. Lower: nodes that fill their tables at start are
    /// reset. 100 is five refreshed buckets of 20.
    public var requestBurst: UInt64 = 100
    /// A neighbour that asks nothing for this long is let go; it can dial again. Higher: idle ones keep others out. Lower:
    /// more handshakes. 5 minutes is half of libp2p's interval between refreshes.
    public var idle = TimeSpan.minutes(5)

    /// Longest request, in bytes. Higher: each open stream can bind more. Lower: announcements with many addresses and
    /// signed records are refused. py-libp2p's largest has about 2 KiB.
    public var requestLength = 16 << 10
    /// Longest answer that is read when this side asks, in bytes. Higher: an answerer can bind more memory. Lower: answers
    /// of nodes with many addresses are refused; 20 peers with 32 addresses and signed records have about 60 KiB.
    public var answerLength = 256 << 10
    /// Bytes of answers to one neighbour's stream that may wait for it to read. Above, the stream is reset. Higher: more
    /// memory per stream. Lower: pipelined requests are reset. Three of the largest answers.
    public var unsentAnswers = 64 << 10
    /// Longest key, in bytes. A limit of go-libp2p; the longest that occur are names of values with a peer id in them.
    public var keyLength = 128
    /// Peers read of one message; the rest is skipped. Higher: longer work on one message. Lower: providers of popular
    /// contents are missed. libp2p's answers name 20 nearer peers.
    public var peersRead = 128
    /// Addresses read, kept and passed on of one peer; the rest is skipped. Higher: longer answers. Lower: nodes with many
    /// interfaces lose some. 8 is what a contact record holds.
    public var addressesPerPeer = 8
    /// Peers in an answer: libp2p's *k*.
    public var closerPeers = 20

    /// What is kept of announcements.
    public var providers = ProviderStoreSettings()

    /// The values above.
    public init() {}
}
