/// Sizes and schedules of a ``RoutingTable``.
public struct RoutingSettings: Hashable, Sendable {
    /// Kademlia's k, peers per bucket. Higher: more checks and larger answers. Lower: a bucket can die out between two
    /// checks. 20 is the value of the Kademlia paper (section 2.4) and of every large deployment.
    public var bucketSize = 20
    /// Peers that answered but found their bucket full, per bucket. Higher: more memory for peers that are hardly ever
    /// needed. Lower: a bucket that loses several peers at once must look for new ones. 10 is half a bucket.
    public var replacements = 10
    /// Peers of one /24 (IPv4) or /48 (IPv6) in a bucket. Higher: one operator can fill a bucket. Lower: two honest
    /// nodes in one data centre exclude each other. 2 is the limit of go-ethereum's table.
    public var perPrefixInBucket = 2
    /// Peers of one prefix in the table. Higher: one operator is a large part of what we know. Lower: large honest sites
    /// are invisible. 10 is the limit of go-ethereum's table.
    public var perPrefixInTable = 10
    /// Peers of a bucket whose keys share this many bits more than the bucket's own are a crowd, and those that share twice as
    /// many a denser one. Higher: keys that were searched for must be nearer to each other to be noticed. Lower: chance makes
    /// crowds. 4 bits are a sixteenth of the bucket's range, 8 a 256th.
    public var crowdBits = 4
    /// Peers of one crowd in a bucket; of a denser one half as many. Higher: whoever searches for keys near one place fills the
    /// buckets that hold it at all nodes. Lower: chance keeps honest peers out. Of 20 random keys more than 8 share 4 bits,
    /// or more than 4 share 8, in one of 100,000 buckets.
    public var perCrowd = 8
    /// Whether the two limits of prefixes above also count loopback, link-local, private and carrier-grade-NAT addresses. True: a
    /// mesh on 127.0.0.1, in a home or in a cluster's pod network, where all nodes share a few prefixes, cannot form
    /// beyond 10 nodes. False, the default: an attacker who is inside that network can fill buckets, but there it
    /// could take any address in any case, so the limits would not stop it.
    public var limitsLocalAddresses = false
    /// After this long without an answer a peer is checked. Higher: dead peers stay in answers. Lower: more idle
    /// traffic. 10 minutes is under the median session of IPFS nodes by a factor of ten.
    public var checkInterval = TimeSpan.minutes(10)
    /// How many times the interval doubles for a peer that answered every check so far. Higher: a dead peer that was
    /// stable is noticed late. Lower: a stable mesh keeps sending. 2 ends at 40 minutes: what has stayed long tends to
    /// stay (Saroiu et al. 2002, section 2.4 of the Kademlia paper).
    public var checkDoublings: UInt8 = 2
    /// When a peer that failed is asked again; doubles with each failure. Higher: suspects block a slot longer. Lower:
    /// a short outage of our own network empties the table. 30 s outlasts a reboot of a home router by doubling twice.
    public var retryInterval = TimeSpan.seconds(30)
    /// Failures in a row after which a peer gives its place to a replacement. Higher: dead peers stay. Lower: one lost
    /// message costs a good peer its place. 2 asks twice.
    public var failuresWithReplacement: UInt8 = 2
    /// Failures in a row after which a peer goes even when nobody waits for its place. Higher: dead peers are kept for
    /// nothing. Lower: an outage of our own network empties the table. 5 is eight minutes with the doubling above.
    public var failuresAlone: UInt8 = 5

    public init() {}
}
