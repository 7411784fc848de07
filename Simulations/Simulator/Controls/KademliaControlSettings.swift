import Overlay

/// Values of go-libp2p-kad-dht and go-libp2p-kbucket, and those of the Kademlia paper where they differ.
struct KademliaControlSettings: Sendable {
    /// Peers of a bucket and of an answer, k (amino/defaults.go).
    var bucketSize = 20
    /// Questions of a search under way at a time, α: 3 as in the paper and in plain Kademlia; Amino has 10, which is faster
    /// and asks more.
    var concurrency = 3
    /// A search ends when so many of the nearest have answered, β (amino/defaults.go).
    var resiliency = 3
    /// A question, with the dial before it, is given up after this (`RefreshQueryTimeout`, `peerPingTimeout`).
    var questionTimeout = TimeSpan.seconds(10)
    /// All buckets are searched this often (internal/config).
    var refreshInterval = TimeSpan.minutes(10)
    /// Buckets beyond this prefix are not refreshed (go-libp2p-kbucket, `maxCplForRefresh`).
    var mostRefreshedPrefix = 15
    /// Entries that answered nothing for longer are pinged before a refresh: ln(1/k) / ln(1 - α/k) refresh intervals with
    /// Amino's α, as dht.go computes it.
    var usefulnessGrace = TimeSpan.minutes(43)
    /// A table that small is filled again from the bootstraps (`minRTRefreshThreshold`).
    var fewPeers = 10
    /// Between looks at whether the table is that small (`periodicBootstrapInterval`).
    var bootstrapInterval = TimeSpan.minutes(2)
    /// TCP, the choice of Noise, Noise XX, the choice of yamux, as the node's own links.
    var handshakeRoundTrips = 4
    /// Connections are cut down to the lower number when there are more than the higher (go-libp2p, `New`).
    var connectionLowWater = 160
    var connectionHighWater = 192
    /// A question: its protobuf with a 34-byte key, and the stream that it opens.
    var questionLength = 90
    /// One peer of an answer: an id of 38 bytes, two addresses and their framing.
    var peerLength = 100
}
