import Gossip
import Overlay

/// The settings of a node's links; those of its parts stand beside them.
public struct PeerSettings: Sendable {
    /// How long a new link may stay before its other side has shown a token of this mesh. Long enough for a slow
    /// machine on a bad path, short enough that strangers cannot hold links.
    public var admissionGrace = TimeSpan.seconds(10)
    /// Above this, idle links are closed, except those to neighbours: lookups leave some behind. As many as there are
    /// neighbours at most when nobody is in need, so that an idle node has no link that it does not use.
    public var comfortableLinks = 12
    /// Links at most, admitted or not. A link costs about 20 KiB when idle.
    public var mostLinks = 128
    /// Links not yet admitted at most; strangers compete for these places only.
    public var mostStrangers = 32
    /// Dials under way at most. One search waits for as many as eight, and a peer for which there is no place counts as one
    /// that does not answer: with few places, searches under way at once miss their targets. Higher: more half-open
    /// connections at once.
    public var mostDials = 32
    /// Whether services are advertised in the DHT, so that nodes without the catalog find them. Off: for simulations of
    /// something else.
    public var isAdvertising = true
    /// How often the set of links is looked at, ±20 %. Sooner when links are missing.
    public var upkeepInterval = TimeSpan.seconds(5)
    public var upkeepIntervalWhenShort = TimeSpan.milliseconds(500)
    /// How many neighbours' calendars have to be known before the own one is compared with them. Higher: a node with few
    /// neighbours keeps its wrong calendar. Lower: two liars decide. 3, of which two are the middle of.
    public var leastCalendars = 3
    /// How often neighbours are told what the own calendar shows. Higher: a calendar that drifts or was set is believed longer.
    /// Lower: idle traffic, ten bytes for each neighbour. Ten minutes.
    public var calendarInterval = TimeSpan.minutes(10)
    /// Neighbours are told at once when the calendar was set by this much. Higher: they go by what it showed before. Lower: every
    /// correction by NTP is told. Ten seconds are far below what decides.
    public var calendarJump = TimeSpan.seconds(10)
    /// A failed address is tried again after this, doubling up to the longest.
    public var firstRetry = TimeSpan.seconds(1)
    public var longestRetry = TimeSpan.seconds(60)
    /// Addresses whose failures are remembered.
    public var mostRemembered = 1_024
    /// Peers that are dialed first after a restart. Higher: a node that moved dials more of the dead. Lower: fewer of whom an
    /// attacker must take the place while it is down. 4, twice what Bitcoin Core keeps.
    public var anchors = 4
    /// A link over the comfortable number is closed when nothing but keep-alives passed for this long. Higher: searches
    /// leave so many links behind that a mesh in which everybody searches takes no more; with 30 s, a node of 250 said 75
    /// times in two minutes that it was full. Lower: the next search dials the same peers again.
    public var idleLink = TimeSpan.seconds(10)
    /// How long a try to reach a suspected host may take. Long enough for a relay and a round trip across the world;
    /// shorter than a person waits.
    public var probeLimit = TimeSpan.seconds(2)
    /// A node that notices so late that a try is over was too busy to judge. Higher: busy nodes call others gone. Lower: a
    /// moment without time costs another try.
    public var probeLateness = TimeSpan.milliseconds(500)
    /// Such tries under way at once, others wait. Higher: more links at once when many hosts are gone, and places for dials
    /// that searches need. Lower: when many went silent together, which takes the whole limit twice for each, the last are
    /// listed for longer. 16 try four silent hosts in a second.
    public var mostProbes = 16
    /// A host that could not be reached is tried again after this, doubling up to the longest.
    public var firstProbePause = TimeSpan.seconds(1)
    public var longestProbePause = TimeSpan.seconds(30)
    /// The longest pause is at least this for each node of the mesh, since all of them try the same host: 50 tries a second
    /// reach it together at most.
    public var probeShare = TimeSpan.milliseconds(20)
    /// Hosts that one neighbour may cast doubt on in quick succession; further ones are tried later, one in each interval.
    /// Higher: a neighbour that cries wolf makes this node probe more. Lower: when many hosts go at once they are listed
    /// for longer.
    public var hintBurst: UInt64 = 64
    /// Between the tries beyond ``hintBurst``.
    public var hintInterval = TimeSpan.milliseconds(100)
    /// What would be tried later than this is not remembered. 300 hosts beyond the burst.
    public var longestHintWait = TimeSpan.seconds(30)
    /// Whoever hears of a lost host waits for a random time up to this for each node of the mesh, up to the longest. Higher:
    /// hosts that died are listed for longer. Lower: all nodes dial the relays of a lost host, and a host that is only
    /// thought to be lost, at the same moment.
    public var hintSpread = TimeSpan.milliseconds(1)
    /// The most of ``hintSpread`` in all. The lists of large meshes follow as slowly.
    public var longestHintSpread = TimeSpan.seconds(5)
    /// A host that could not be reached and proves itself is listed after this, unless it says something new: then at once, and
    /// when it takes its entry back not at all. Higher: a host whose links failed is away for longer. Lower: services are
    /// listed for a moment that a restarted host does not have any more.
    public var returnPause = TimeSpan.seconds(2)
    /// A host that proved itself is not tried again before this on somebody else's word. Higher: one that died right after
    /// is listed for longer. Lower: neighbours can make this node probe a living host more often.
    public var proofLife = TimeSpan.seconds(2)
    /// The neighbours are told of one entry of a host once in this time that the host was lost or cannot be reached. Higher:
    /// nodes far away hear late of a host that came back without anything new to say and died. Lower: a host that only some
    /// can reach costs its neighbours' neighbours a probe more often.
    public var tellingPause = TimeSpan.seconds(10)
    /// Unreachable hosts that the other side of a new link is told of. Higher: each costs it a probe, which half of a mesh
    /// that was divided does not need. Lower: who joins lists hosts for a moment that are gone.
    public var mostTold = 32
    /// How long a host is not listed without a probe of which somebody said that it is gone before its entry came.
    public var doubtLife = TimeSpan.seconds(60)
    /// Hosts of which is remembered when they proved themselves, what was said of them, or that somebody doubts them before
    /// they are listed. Higher: memory, 100 bytes each. Lower: more probes than are useful where many hosts come and go.
    public var rememberedHosts = 1_024

    /// How long a peer may take to say that it is there when it is asked because others are not. Two lost packets, or a machine
    /// that is busy. Higher: the dead keep their places longer. Lower: slow peers lose their links.
    public var checkLimit = TimeSpan.seconds(3)
    /// The same on a link that carries circuits, as long as the keep-alive waits: answers of models are lost with it.
    public var busyCheckLimit = TimeSpan.seconds(10)
    /// A link that ends so long after its check was over ended because of it.
    public var checkLateness = TimeSpan.seconds(1)
    /// All links are checked at most once in this time, and one on somebody else's word. Higher: deaths one after another are
    /// noticed late. Lower: more pings where nodes come and go.
    public var checkPause = TimeSpan.seconds(5)
    /// Tokens whose signatures are remembered as checked, by bearer; saves two Ed25519 checks (0.2 ms) per request.
    public var rememberedTokens = 1_024
    /// Whether the node asks and answers in UDP datagrams; when not, all of that goes over links.
    public var usesDatagrams = true
    /// Peers that are remembered as members because of a token that came in a datagram; as many as have sessions. Higher:
    /// memory, about a kilobyte each when their tokens differ. Lower: questions of members are dropped until they show their
    /// token again.
    public var rememberedMembers = 4_096
    /// Relays that the node names in its catalog entry (PROTOCOL, "relays (≤ 3)").
    public var namedRelays = 3
    /// Changes of the own entry closer together than this are published as one.
    public var publishPause = TimeSpan.milliseconds(200)
    /// While one relay that the entry names still stands, other changes of the list wait this long. Shorter: a node whose
    /// links settle announces itself again with each of them, and every announcement goes through the whole mesh. Longer:
    /// a host rests on one relay for longer after it has lost the others.
    public var relayPause = TimeSpan.seconds(20)
    /// The same while two of them stand. Shorter: a quiet mesh is not quiet, for some link ends somewhere all the time. Longer: of many
    /// hosts one relay is gone.
    public var longestRelayPause = TimeSpan.minutes(5)

    /// Validity of the node's own contact record; renewed at half of it.
    public var contactTTL = TimeSpan.hours(12)

    public var circuit = CircuitSettings()
    /// What hosts say of how busy they are.
    public var load = LoadSettings()
    public var kademlia = KademliaSettings()
    /// Who becomes a neighbour.
    public var membership = MembershipSettings()
    public var gossip = GossipSettings()
    /// What is done for libp2p neighbours, where they are served.
    public var libp2p = LibP2PKademliaSettings()

    public init() {}
}
