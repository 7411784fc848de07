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
    /// Such tries under way at once, so that a neighbour that cries wolf costs little.
    public var mostProbes = 8
    /// A host that could not be reached is tried again after this, doubling up to the longest.
    public var firstProbePause = TimeSpan.seconds(1)
    public var longestProbePause = TimeSpan.seconds(30)
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
    /// While a relay that the entry names still stands, other changes of the list wait this long. Shorter: a node whose
    /// links settle announces itself again with each of them, and every announcement goes through the whole mesh. Longer:
    /// a host rests on one relay for longer after it has lost the others.
    public var relayPause = TimeSpan.seconds(20)

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
