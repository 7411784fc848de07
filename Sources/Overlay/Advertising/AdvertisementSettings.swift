/// Bounds and periods of advertisements; the starting values are those of TopDisc (discv5), where others are not given a
/// reason.
public struct AdvertisementSettings: Hashable, Sendable {
    /// Advertisements that a registrar keeps. Higher: memory, up to ``bytes``. Lower: longer waits. 1,024.
    public var capacity = 1_024
    /// Bytes of all of them together. Higher: memory. Lower: hosts with many models crowd out others. 4 MiB.
    public var bytes = 4 * 1_024 * 1_024
    /// Advertisements of one topic. Higher: a popular topic takes the room of others. Lower: its hosts take turns. 100.
    public var perTopic = 100
    /// Bytes of one advertisement. Higher: one host takes more room. Lower: a proxy with many models cannot advertise. An
    /// entry with 300 models of 20 bytes has 6 KiB.
    public var longest = 8 * 1_024
    /// How long an advertisement stays. Higher: hosts that died are named longer. Lower: more traffic. 15 minutes.
    public var lifetime = TimeSpan.minutes(15)
    /// How long a ticket is good after its wait has ended. Higher: waits may be saved up. Lower: late packets begin anew.
    public var window = TimeSpan.seconds(10)

    /// Registrars that a host wants in each bucket of distances from the topic. Higher: more traffic. Lower: searches ask more
    /// registrars in vain. With 3, a search that asks 5 of the 10 nodes in the last full bucket misses all in one of 12
    /// cases, and then finds them in the next bucket, which it asks whole.
    public var registrarsPerBucket = 3
    /// Of the registrars of a topic, how many of one /24 (IPv4) or /48 (IPv6). Higher: one operator keeps more of a topic from
    /// view. Lower: two honest nodes of one site exclude each other. 2, as in a bucket.
    public var registrarsPerPrefix = 2
    /// Topics that one node advertises: its services, then its models. Higher: more traffic, about 12 registrars each.
    /// Lower: some models are found by their service only. 64.
    public var topics = 64
    /// Questions of a host to registrars under way. Higher: bursts when it starts. Lower: it is found later. 16.
    public var placementsUnderWay = 16
    /// How often a host looks whether its table names registrars for buckets that lack some. Costs nothing but a look.
    public var reviewInterval = TimeSpan.minutes(1)
    /// How often it searches the nodes nearest to a topic. Higher: nodes that came there are not used. Lower: traffic.
    public var searchInterval = TimeSpan.hours(1)
    /// Up to how many nodes a mesh needs no such search: the table knows all of them.
    public var smallMesh = 40

    /// Registrars that a search asks in each bucket. Higher: more traffic. Lower: see ``registrarsPerBucket``. 5.
    public var askedPerBucket = 5
    /// Of the registrars that a search asks, how many of one /24 or /48. Higher and lower as above. 4, since a search takes
    /// them as they come, and a host those that last.
    public var askedPerPrefix = 4
    /// Registrars asked at a time. Higher: more traffic than needed. Lower: slower. 4, as in lookups.
    public var parallelism = 4
    /// Registrars asked by one search at most. Higher: traffic in vain. Lower: rare topics are missed in large meshes. 17
    /// buckets of a network of 100,000 nodes at 5 each are 85.
    public var queries = 96
    /// Advertisements asked of one registrar. Higher: one registrar decides what is found. Lower: more questions. 8.
    public var perAnswer = 8
    /// Searches under way. Higher: more traffic at once. Lower: agents are told `busy`. 16.
    public var searches = 16

    public init() {}
}
