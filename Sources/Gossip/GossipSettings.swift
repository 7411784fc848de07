import Overlay

/// Every limit and every period of catalog, broadcast and reconciliation. The defaults are for a mesh of up to 10,000
/// nodes; those that say "starting value" have not been confirmed by simulation yet.
public struct GossipSettings: Hashable, Sendable {
    // MARK: Entries

    /// Bytes of one entry on the wire. A typical one has 480, but a proxy of OpenRouter lists about 400 models of 30
    /// bytes, which is 12 KiB. Higher: one origin takes more of everyone's memory, and less fits into a frame. Lower:
    /// such a proxy could not announce itself. Part of the protocol: nodes with different limits drop each other's
    /// entries.
    public var entryLength = 16 * 1_024
    /// The longest life an entry may claim. Higher: a host that died without a word is listed longer. Lower: renewals
    /// cost more. Part of the protocol, since the memory of old sequence numbers is computed from it.
    public var maximumTTL = TimeSpan.hours(6)
    /// The life of this node's own entries. Shorter than the maximum because nothing else removes a host that died
    /// without a word from a catalog; at one hour, renewals of 10,000 nodes cost each node about 2.7 kB/s.
    public var ttl = TimeSpan.hours(1)
    /// How wrong clocks may be, to either side. Higher: an expired entry can be replayed longer. Lower: nodes without
    /// NTP fall out of the mesh. The value is SAM's.
    public var clockSkew = TimeSpan.seconds(120)
    /// Dictionaries that this node tells its peers that it knows; what it deflates itself is made with the last. None: entries
    /// come and go as they are, and what pushes them has a third more bytes.
    public var dictionaries = EntryDictionary.allCases
    /// Renewal happens at half life, give or take this many percent of the half, so that nodes that started together
    /// do not renew together.
    public var renewalJitter: UInt64 = 10

    // MARK: The table

    /// Live entries. Full: shards that nobody here uses are dropped, then samples are kept of the largest (``ShardSelection``).
    /// At 480 bytes, with their compact forms, 10,000 are about 13 MB. Higher: more memory, and longer comparisons. Lower: agents
    /// of middling meshes have to search in the DHT.
    public var liveCapacity = 10_000
    /// Live entries, tombstones and remembered sequence numbers together. Full: the remembered sequence number that
    /// would be forgotten first anyway makes room; if there is none, a peer that is not in the table is refused.
    /// Four times the live ones, because a node that is up for an hour is remembered for up to six more.
    public var recordCapacity = 40_000
    /// Shards of services that agents of this node asked for and that are kept before others. Higher: an agent that goes through
    /// all services of a large mesh makes the samples of those that it uses small. Lower: agents that use many services search
    /// in the DHT again and again.
    public var shardUses = 16
    /// How long after its last use a shard is kept before others.
    public var shardUseLife = TimeSpan.hours(6)
    /// Hosts that agents used, or that were found for them, and that are kept wherever they belong: no flood of invented peers
    /// drives them out. Higher: memory. Lower: an agent that asks for many rare models searches for them again and again.
    public var usedHosts = 256
    /// How often it is looked whether more of the mesh finds room: a shard more each time. Higher: after a mesh has become
    /// smaller, catalogs are incomplete for longer. Lower: neighbours are asked for several shards at once.
    public var wideningInterval = TimeSpan.minutes(1)
    /// Ids of entries whose signature was wrong, in each of two generations. Higher: more memory, 16 bytes each. Lower:
    /// the same forgery is verified again, at 100 µs.
    public var forgeryMemory = 2_048
    /// Whether lists by model, service and type are kept. On: finding who serves a model costs the same in a catalog of any
    /// size. Off: it goes through all entries, and an entry costs a few hundred bytes less; for processes with thousands of
    /// nodes of which nobody asks anything.
    public var isIndexed = true
    /// Entries whose signature was found right lately, whatever became of them. Higher: memory, up to ``entryLength`` each
    /// when nothing else holds them. Lower: an entry that comes again after it was replaced is verified again, at 100 µs.
    public var verified = 256
    /// Accepted changes in quick succession per origin, before ``originInterval`` rules. Above what an honest origin
    /// sends (``publishBurst``), because delays on the way may bring its changes closer together.
    public var originBurst: UInt64 = 16
    /// One further change per origin in this time. A higher rate lets one origin load the whole mesh.
    public var originInterval = TimeSpan.seconds(1)
    /// Own changes in quick succession, before ``publishInterval`` rules; later ones wait and only the last is sent.
    public var publishBurst: UInt64 = 8
    /// One further own change in this time: a backend that comes and goes is followed within two seconds.
    public var publishInterval = TimeSpan.seconds(2)

    // MARK: Neighbours

    /// Neighbours at most. Full: a new one is ignored until another ends. Each costs a few hundred bytes; the membership's
    /// views bound them long before.
    public var neighborCapacity = 256
    /// Signature checks in quick succession that one neighbour can cause unasked. 1,024 are 0.1 s of processor time and
    /// let 500 changes a side pass when a partition heals.
    public var intakeBurst: UInt64 = 1_024
    /// One further unasked signature check in this time: a flooding neighbour costs 1 % of a core.
    public var intakeInterval = TimeSpan.milliseconds(10)
    /// Answers in quick succession to one neighbour, in entries; an answer about ranges counts as ``rangesCost``, and more
    /// when the catalog has to be sorted for it. Lets a new node fetch everything at once: 10,000 entries and what it takes
    /// to find out that it lacks them.
    public var answerBurst: UInt64 = 16_384
    /// One further entry of answers in this time.
    public var answerInterval = TimeSpan.milliseconds(4)
    /// What an answer about ranges counts for, in entries: about their bytes.
    public var rangesCost: UInt64 = 64
    /// Records that are hashed and sorted for a comparison and together count for one entry. Higher: a neighbour that begins
    /// comparison after comparison takes more of the processor; with 16, a catalog of 10,000 can be sorted 26 times at once
    /// and then every 3 s, at some milliseconds each. Lower: honest ones may find their allowance spent.
    public var recordsPerCost = 16

    // MARK: Broadcast

    /// How long after the push of an entry it is announced to the neighbours that were not pushed to, when there was no
    /// announcement lately. Higher: a broken tree is repaired later. Lower: announcements overtake pushes, and entries are
    /// asked for that are on their way.
    public var announceDelay = TimeSpan.milliseconds(50)
    /// The least time between two announcements. Higher: what a broken tree lost comes later. Lower: more messages; where
    /// entries change all the time, announcements of this interval are most of them.
    public var announceInterval = TimeSpan.seconds(1)
    /// When nobody was told anything for so long, all neighbours are told at once again. Higher: the first entries after a pause
    /// may find a broken tree, and be missed for longer. Lower: seldom entries cost as many announcements as there are links.
    public var announceIdle = TimeSpan.seconds(10)
    /// In how many turns all neighbours are told when announcements go on and nobody needs them. Higher: a break is noticed
    /// later, with as many neighbours as turns after a second on the average. Lower: more messages.
    public var announceTurns = 12
    /// How long an origin that was heard rules which neighbours are pruned. Higher: after it fell silent, superfluous copies
    /// go on for that long. Lower: origins that speak seldom take turns, and each cuts the tree of the other.
    public var rootWindow = TimeSpan.seconds(10)
    /// How long an origin must have been the one that rules before it prunes. Lower: while a mesh forms, nodes that have not
    /// heard the same origins cut it in pieces.
    public var rootSettling = TimeSpan.seconds(1)
    /// How long a neighbour is not pruned that was the first with an entry of the origin that rules; and while none rules, how long
    /// before an entry no other may have come so that it prunes. Higher: superfluous copies go on. Lower: entries that are under way
    /// at the same time cut the mesh in pieces.
    public var usefulLife = TimeSpan.seconds(1)
    /// Eager neighbours that a node seeks while it has fewer. With one, nodes that come one after the other make a tree, in which
    /// nothing comes twice; what is not joined after breaks is mended by announcements. Higher: copies until an origin rules and
    /// has cut the tree.
    public var eagerAtFirst = 1
    /// With so much other news within ``newsSpan`` before it, an entry goes to the eager neighbours only. Lower: of changes at nearly
    /// the same time, one waits a second at each branch that a death has cut off. Higher: copies when there is much to say.
    public var newsInSpan = 3
    /// Longer: fewer entries have the benefit. Shorter: copies when there is much to say.
    public var newsSpan = TimeSpan.seconds(2)
    /// How long after a node's first neighbour it does so. Lower: copies of what comparisons of new links bring.
    public var newsSettling = TimeSpan.seconds(20)
    /// Neighbours besides the eager ones that get rare news. Higher: as many more copies. Lower: lost packets and
    /// deaths make it late.
    public var newsFanout = 3
    /// Entries that came outside of the tree, in each of two generations. Higher: memory. Lower: what comes late along the tree cuts
    /// it.
    public var offTreeMemory = 256
    /// How long a neighbour that was asked for what did not come goes on pushing, whatever it pushes. Higher: more copies
    /// after a repair. Lower: it is pruned before what it mended has settled.
    public var firstGraftedLife = TimeSpan.seconds(1)
    /// The same when it has to be asked again soon after it was pruned, doubled each time up to this. Lower: a neighbour that
    /// swallows entries cuts others off again and again.
    public var graftedLife = TimeSpan.seconds(32)
    /// Entries that wait to be announced. Full: the oldest are left to reconciliation. At 20 bytes a message of 20 kB.
    public var announcementCapacity = 1_024
    /// Announced entries that are waited for. Full: further ones are left to reconciliation.
    public var missingCapacity = 1_024
    /// Announcers of an entry that are remembered, to be asked one after the other.
    public var announcers = 4
    /// How long an announced entry is waited for before anything was measured; afterwards the time that entries took to
    /// arrive after their announcement, smoothed, plus four times its variation (RFC 6298).
    public var firstPatience = TimeSpan.milliseconds(400)
    /// The same for the answer to a graft. Above the longest round trip: lower, and two are asked where one would do.
    public var firstRepairPatience = TimeSpan.milliseconds(500)
    /// The least of that. Lower: entries are asked for that are on their way.
    public var leastPatience = TimeSpan.milliseconds(100)
    /// The most of it. Higher: a broken tree is repaired later.
    public var mostPatience = TimeSpan.milliseconds(400)
    /// Entries that wait for the next wake. Full: the oldest are left to reconciliation.
    public var pendingCapacity = 1_024
    /// Ids of entries passed on, in each of two generations: the guard against passing one on twice.
    public var forwardedMemory = 16_384

    // MARK: Messages

    /// Bytes of one message. Higher: other streams of the link wait longer. Lower: more messages. Not below four
    /// entries of the largest size. Part of the protocol.
    public static let messageLength = 64 * 1_024
    /// Entries in a message; the smallest has 150 bytes, so the length ends a message first.
    public static let entriesPerMessage = 512
    /// Summaries or short ids in a message: at 20 bytes, 40 kB.
    public static let summariesPerMessage = 2_000
    /// Bytes about ranges in a message. Higher: an answer may list more ids than ``summariesPerMessage`` can name. Lower:
    /// more round trips, and not below ``Reconciler/smallestFrame``.
    public static let rangesLength = 60_000

    // MARK: Revocations

    /// Root keys whose revocations are taken: those that a node trusts first. A mesh has one, or two while it changes it.
    /// Higher: tallies of 80 bytes each on every new link. Lower: the tokens of further roots cannot be revoked.
    public static let mostRoots = 16
    /// Statements of one root, 700 bytes of memory each. Twice what a root may have in use (``Revocation/capacity``), so that
    /// only a root that gives numbers twice fills it. Full: what is new is refused, unless it says that others are over; what
    /// was revoked stays revoked.
    public var revocationCapacity = 2 * Int(Revocation.capacity)
    /// Signature checks of unasked entries that a forged revocation counts as, besides that the rest of its message is not
    /// looked at. Higher: less work for a neighbour that forges; lower: more. Valid revocations count as none, because there
    /// is an end to them.
    public var forgeryCost: UInt64 = 16

    // MARK: Reconciliation

    /// Time between comparisons with a random neighbour. Higher: what broadcast lost stays lost longer. Lower: more
    /// idle traffic; a comparison of equal catalogs is 36 bytes.
    public var reconciliationInterval = TimeSpan.seconds(30)
    /// Spread of that time to either side, in percent.
    public var reconciliationJitter: UInt64 = 20
    /// How long the side of a new link that does not begin waits for the side that should.
    public var firstComparisonPatience = TimeSpan.seconds(2)
    /// Comparisons that run at a time on this side. More than one, so that a mute neighbour holds up nobody; few,
    /// because each could fetch the same entries.
    public var sessionCapacity = 2
    /// How long a session or a request for entries may stay without an answer. Starting value.
    public var answerTimeout = TimeSpan.seconds(5)
    /// How long a comparison may take altogether, however lively the other side is; otherwise two neighbours who find
    /// endless differences would end all comparisons. Fetching 10,000 entries takes 160 round trips.
    public var sessionLength = TimeSpan.minutes(2)
    /// Messages about ranges in one comparison. Higher: a neighbour that finds endless differences takes more of the
    /// processor, a few milliseconds each. Lower: large differences need several comparisons; those of 10,000 entries
    /// take about 10 messages.
    public var sessionRounds: UInt32 = 128
    /// Entries younger than this are left to broadcast, which is still under way, by all comparisons but those that make up
    /// for a link: the first of a link, and the next after one was lost. Higher: what broadcast lost is found later. Lower:
    /// comparisons find differences that are none, and fetch what is about to be pushed. By the clock of the entry's peer:
    /// one that is ahead delays the repair of its entries by as much.
    public var settleTime = TimeSpan.seconds(10)
    /// Comparisons begun by others for which the sorted catalog is kept from one message to the next. Full: others are
    /// answered all the same, and the catalog is sorted for each message. Each costs 44 bytes an entry while it lasts.
    public var answeredCapacity = 4
    /// Tries of the first comparison on a link; afterwards only the periodic ones.
    public var firstComparisonTries: UInt64 = 4
    /// Entries asked for in one request. Higher: fewer round trips, but one answer may be as long as this times the
    /// length of an entry. 64 is 30 kB typical and 1 MiB at worst.
    public var requestLength = 64
    /// Entries that a neighbour has and that wait to be asked for. Full: the rest is left to the next comparison.
    public var fetchCapacity = 4_096

    /// Entries asked for lately, in each of two generations that last ``answerTimeout``: keeps several neighbours from
    /// being asked for the same entry.
    public var askedMemory = 16_384

    // MARK: Clocks

    /// The longest time between two looks at the wall clock, which may be set at any time.
    public var expiryCheck = TimeSpan.seconds(60)

    public init() {}

    /// Makes the catalog one of so many live entries.
    public mutating func hold(_ entries: Int) {
        liveCapacity = entries
        recordCapacity = 4 * entries
    }

    /// What this node tells its peers that it can do.
    public var abilities: GossipAbilities {
        GossipAbilities(dictionaries: dictionaries, comparesShards: true, takesWidePushes: true)
    }

    /// How long the sequence number of an entry that is over is remembered: an older entry, issued before it, may live
    /// that long by a clock that is wrong.
    var memory: TimeSpan { maximumTTL + clockSkew * 2 }
}
