/// Bounds and schedules of a ``Kademlia``.
public struct KademliaSettings: Hashable, Sendable {
    /// What contact records may look like.
    public var contact = ContactSettings()
    /// Buckets, prefix limits and checks.
    public var routing = RoutingSettings()
    /// Bounds of one lookup.
    public var lookup = LookupSettings()
    /// What is kept for others, placed with them and searched at them.
    public var advertisement = AdvertisementSettings()
    /// Finding out whether others reach this node.
    public var dialBack = DialBackSettings()

    /// Contacts held at a time, by the table, its replacements, the candidates and the links together. Higher: memory,
    /// half a kilobyte each. Lower: contacts of admitted links are refused. 4,096 is five times a full table's need.
    public var peers = 4_096
    /// Contacts heard of that have not answered yet. Higher: a flood of invented contacts is worked through longer.
    /// Lower: a new node forgets peers before it could try them. 128 is six answers.
    public var candidates = 128
    /// Checked records remembered of peers that nothing else holds. Higher: memory, half a kilobyte each. Lower: their
    /// signatures are checked again in every answer. 256 is what the lookups of a minute meet.
    public var verified = 256
    /// Peers remembered as unreachable, so that contacts of the dead, which others still pass on, are not dialed again
    /// at once. Higher: memory. Lower: lookups pay for the same dead peers. 256 is more than a lookup can meet.
    public var failures = 256
    /// How long an unreachable peer is left alone, unless it is heard of before. Higher: a restarted peer is found late.
    /// Lower: more vain questions. 15 s spans the lookups of a burst; what is asked in vain costs two datagrams.
    public var failureMemory = TimeSpan.seconds(15)

    /// How soon after its last failure a peer of the table that sends something is asked whether it answers again. Higher: after
    /// a failure of the network the table recovers late. Lower: a peer that hears nothing but talks costs more questions. 5 s.
    public var suspectPause = TimeSpan.seconds(5)

    /// Lookups under way. Higher: more memory and traffic at once. Lower: callers are told `busy`. 64 at eight queries
    /// each is what 512 requests per round trip mean.
    public var lookups = 64
    /// How long a lookup of a node that knows nobody who answers waits for the first peer, from its beginning. Higher: whoever asks
    /// a node without a network is told so later, and where services are searched, after their own limit of 8 s has ended the
    /// search without a reason. Lower: what is asked right after the start fails. 5 s are longer than the slowest join in a storm
    /// of starts.
    public var firstPeerLimit = TimeSpan.seconds(5)
    /// Unanswered questions. Higher: memory for peers that never answer. Lower: lookups fail under load. 1,024 is all
    /// lookups at full parallelism twice over.
    public var questions = 1_024
    /// Dials asked for and not reported on. Higher: many half-open connections at once. Lower: lookups through unknown
    /// peers queue up and fail. 64 is eight lookups' worth.
    public var dials = 64

    /// Lookups whose results are remembered to judge the size of the network by, each of another part of the keyspace.
    /// Higher: the estimate follows changes late. Lower: it is less exact. The median of 32 is within a tenth.
    public var sizeSamples = 32
    /// How many of them it takes. Higher: a new node judges by its own table for longer. Lower: by one lookup that somebody
    /// misled. With 5, two may be wrong.
    public var sizeSamplesNeeded = 5
    /// How long lookups take more paths after one has found peers that crowd the keyspace. Higher: traffic after an attack.
    /// Lower: an attacker need only wait. 10 minutes are a refresh.
    public var suspicion = TimeSpan.minutes(10)

    /// An admitted peer's questions per second. Higher: one neighbour costs us more upload (an answer has 3 kB). Lower:
    /// its lookups stall. 50 is a lookup of its own every 20 ms.
    public var questionsPerSecond: UInt64 = 50
    /// Questions that an admitted peer may save up. Higher: a longer burst. Lower: a peer that joins is throttled. 200
    /// is a join and its refreshes with room.
    public var questionBurst: UInt64 = 200

    /// Peers remembered with whom datagrams were exchanged, each with round-trip time and rate. Higher: memory, 150 bytes
    /// each. Lower: peers asked again are timed by guess. 4,096 is as many as there are sessions.
    public var paths = 4_096
    /// How long after a peer's last answer it is taken to know this node's session still. Higher: questions that nobody can
    /// read. Lower: more handshakes. Four minutes stay below the five that a session lasts.
    public var sessionTrust = TimeSpan.minutes(4)
    /// A question by datagram is repeated after the peer's smoothed round-trip time and four times its variation
    /// (RFC 6298), but not sooner than this. Higher: loss costs more time. Lower: jitter is taken for loss.
    public var shortestTimeout = TimeSpan.milliseconds(150)
    /// Nor later than this, and this for whoever was never timed while nobody was. Higher: dead peers delay a search. Lower:
    /// far peers are asked twice.
    public var longestTimeout = TimeSpan.seconds(1)
    /// Datagrams sent with one question at most where few are lost. Higher: dead peers cost more, and lookups wait for them
    /// longer. Lower: at 1 % loss one question in 50 fails; with two tries one in 2,500 does.
    public var tries = 2
    /// Where more are lost, as the share of answers shows that came only after a second try, a question is sent so often that
    /// one in so many fails with a peer that is there. Higher: dead peers cost more, and lookups wait for them longer. Lower:
    /// the living are taken for dead. With 128, 15 % loss each way make 4 datagrams, 30 % make 8.
    public var vainQuestions: UInt64 = 128
    /// But not more often than this. Higher and lower as above. 8.
    public var mostTries = 8
    /// The share of such answers, in percent, from which on a session is trusted with the second try: below, silence is rather
    /// a sign that the peer has started anew. Higher: first packets, of 1,200 bytes, where a short one would do. Lower: peers
    /// that started anew are asked twice in vain. 6 % are what 3 % loss each way make.
    public var lossyPercent: UInt64 = 6
    /// Contacts asked for in one datagram. Higher: answers come short and the rest is asked for later. Lower: more
    /// datagrams. Eight records of a host with one address fill 1,200 bytes.
    public var slice = 8
    /// Peers in a row that do not answer datagrams, after which these count as blocked. Higher: a node behind a new firewall
    /// searches in vain for longer. Lower: a few dead peers make a node dial everybody.
    public var vainPeers = 8
    /// The same while nobody has ever answered, or nobody since they last counted as blocked. Higher: a node behind a firewall
    /// joins late. Lower: as above, for a node that starts with old contacts.
    public var vainPeersAtFirst = 3
    /// How long datagrams are not tried then, nor with a peer that was silent and never answered. Higher: a node keeps to links after a failure of the network has ended. Lower:
    /// questions are lost to the firewall again and again.
    public var blockedPause = TimeSpan.minutes(2)

    /// A question without an answer for this long has failed. Higher: dead peers hold a place among the questions.
    /// Lower: slow peers lose theirs in the table. 5 s is over any round trip with a retransmission.
    public var answerTimeout = TimeSpan.seconds(5)
    /// A dial without a report for this long has failed. Higher: as above. Lower: slow links are never made. 15 s leaves
    /// the dialer its own 10 s.
    public var dialTimeout = TimeSpan.seconds(15)
    /// A lookup gives a linked peer's place to another after three of its round trips, but not sooner than this.
    /// Higher: lookups wait for the dead. Lower: jitter is taken for loss. 150 ms is three round trips within a
    /// continent.
    public var shortestPatience = TimeSpan.milliseconds(150)
    /// Nor later than this. Higher: one slow peer delays a lookup. Lower: far peers are never waited for. 1 s is more
    /// than three round trips around the world.
    public var longestPatience = TimeSpan.seconds(1)
    /// The same for a peer that has to be dialed first: connection, handshake and query. Higher: dead peers delay
    /// lookups. Lower: far peers are left out. 2 s is six round trips of 300 ms.
    public var dialPatience = TimeSpan.seconds(2)

    /// Until the table has a peer, the node looks for itself this often, doubling. Higher: slower joins. Lower:
    /// a node without peers keeps a processor awake. 1 s is below what a person notices at start.
    public var joinInterval = TimeSpan.seconds(1)
    /// What that doubles to. Higher: a node that lost everybody comes back late. Lower: wasted wakes. 30 s.
    public var joinIntervalLimit = TimeSpan.seconds(30)
    /// How often each bucket and the node's own neighbourhood are refreshed, by ±25 %. Higher: peers that joined are
    /// noticed late. Lower: idle traffic. 10 minutes costs a 30-node mesh under 20 bytes/s and node.
    public var refreshInterval = TimeSpan.minutes(10)
    /// Contacts asked for by a refresh, which is one question to one peer; a lookup follows only when the answer names
    /// somebody new. Higher: idle traffic. Lower: newcomers are missed more often. 8.
    public var refreshCount = 8
    /// The least time between two dials of candidates. Higher: a new node's table fills late. Lower: joining opens many
    /// connections at once. 500 ms fills a bucket in ten seconds.
    public var candidateInterval = TimeSpan.milliseconds(500)
    /// Checks of peers in the table under way. Higher: bursts after a pause. Lower: dead peers stay longer. 4.
    public var checks = 4
    /// How soon the owner is asked again for a renewed contact record. Higher: a lost request costs more of the record's
    /// remaining half-life. Lower: noise while the owner cannot sign. One minute.
    public var renewalRetry = TimeSpan.minutes(1)

    public init() {}
}
