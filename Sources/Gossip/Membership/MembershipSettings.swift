import Overlay

/// Every limit and every period of the membership. HyParView's two views (Leitão, Pereira, Rodrigues: "HyParView: a membership
/// protocol for reliable gossip-based broadcast", 2007), with quotas against neighbours that choose us.
public struct MembershipSettings: Hashable, Sendable {
    // MARK: The active view

    /// Neighbours that the node seeks. Eight random ones keep 10,000 nodes connected when half of them die at once (HyParView,
    /// section 5, shows it for five). Higher: more announcements of everything. Lower: a mesh that falls apart sooner.
    public var wanted = 8
    /// Neighbours that it takes. Above ``wanted``, so that whoever seeks one finds room; the difference is what the joining of
    /// a node costs nobody else.
    public var most = 12
    /// A node with fewer neighbours is in need: others take it beyond ``most``. HyParView says so of a node without any; one
    /// alone may be silent, or lie.
    public var least = 3
    /// Neighbours that it takes when the asking peer is in need: nodes that cannot be dialed have only those that they could
    /// dial, and a small mesh may have one reachable node and many behind firewalls. Full: a random one of those that
    /// dialed this node makes room.
    public var urgentMost = 64
    /// Places of ``most`` that only peers take which this node dialed, and neighbours of that kind that it seeks in any case.
    /// Higher: reachable nodes find less room for others.
    /// Lower: whoever dials a node often enough surrounds it. Half of what is wanted (PROTOCOL, "half of all neighbour slots").
    public var outboundReserve = 4
    /// Neighbours in one network prefix, /24 of IPv4 or /48 of IPv6; local addresses do not count. Higher: one operator holds
    /// more of the view. Lower: two nodes of one site could not both be neighbours.
    public var perPrefix = 2
    /// How long a peer may take to say whether it becomes a neighbour. A round trip across the world and a busy machine.
    public var askTimeout = TimeSpan.seconds(2)
    /// How long a peer is not asked again that declined, or did not answer.
    public var askPause = TimeSpan.seconds(30)

    /// Messages in quick succession that one peer may send. An honest one asks, and is answered, once in ``askPause``, and
    /// passes shuffles on. Higher: a hostile peer that never reads makes this node keep more answers for it.
    public var answerBurst: UInt64 = 64
    /// One further message of a peer in this time.
    public var answerPeriod = TimeSpan.milliseconds(500)

    // MARK: The passive view

    /// Contacts kept in reserve. HyParView has six times the active view; 64 is eight times.
    public var passive = 64
    /// Neighbours that were lost and are tried again for a while, because they may be on the other side of a partition. Higher:
    /// more dials to dead addresses. Lower: two halves find each other later.
    public var lost = 8
    /// The first pause before a lost neighbour is tried again; doubled each time.
    public var firstLostPause = TimeSpan.seconds(5)
    /// The longest pause before a lost neighbour is tried again: how long two halves may take to find each other, divided by
    /// the number of nodes that lost somebody.
    public var longestLostPause = TimeSpan.seconds(60)
    /// Tries after which a lost neighbour is an ordinary contact again; with the pauses above, twenty minutes.
    public var lostTries = 24
    /// How often a random contact of the passive view becomes a neighbour in the place of another, ±20 %. It shows that the
    /// contact is alive, compares catalogs with it, and keeps the mesh random. Higher: parts that lost each other find
    /// together later. Lower: the broadcast tree is disturbed more often.
    public var excursionInterval = TimeSpan.minutes(5)

    // MARK: Shuffles

    /// How often contacts are exchanged at least, ±20 %. A shuffle and its answer are 2 kB over each of ``walk`` links.
    public var shuffleInterval = TimeSpan.seconds(120)
    /// The same while the passive view is less than half full and grows; doubled each time that it did not, up to the other.
    /// In a small mesh it never fills.
    public var hungryShuffleInterval = TimeSpan.seconds(15)
    /// Links that a shuffle goes over. Higher: contacts from farther away, and as many messages more. Lower: neighbours know
    /// the same contacts.
    public var walk: UInt8 = 2
    /// Contacts of the passive view in a shuffle.
    public var shuffledPassive = 3
    /// Contacts of neighbours in a shuffle.
    public var shuffledActive = 2
    /// Contacts in a message at most, the sender's among them. Part of the protocol.
    public static let contactsPerMessage = 8
    /// Shuffles of others whose way back is remembered. Full: the older half is forgotten, and their answers are lost.
    public var ways = 64
    /// Shuffles in quick succession that one neighbour may send; each can cost eight signature checks.
    public var shuffleBurst: UInt64 = 8
    /// One further shuffle of a neighbour in this time. A neighbour sends its own and those of its neighbours.
    public var shufflePeriod = TimeSpan.seconds(2)

    // MARK: Peers

    /// Peers with links at most; as many as a node has links.
    public var linked = 256

    public init() {}
}
