/// Something that a peer was or will be asked.
struct Question: Sendable {
    /// Why it is asked, which decides what its answer is good for.
    enum Purpose: Hashable, Sendable {
        /// A link has begun and the peer has not answered anything yet.
        case greeting
        /// The peer is in the table and due for a sign of life.
        case check
        /// The peer is a candidate for the table.
        case trial
        /// A range of the keyspace may have new peers.
        case refresh
        /// A lookup wants the peers nearest to its target.
        case lookup(LookupHandle)
        /// This node's advertisement is to have a place with the peer.
        case placement
        /// A search wants advertisements.
        case search(SearchID)
    }

    /// What it asks for.
    enum Subject: Hashable, Sendable {
        /// The peers nearest to the target.
        case nodes
        /// A ticket for the topic that is the target.
        case ticket
        /// A place under that topic, or the replacement of what has one.
        case place(Ticket, advertisement: [UInt8])
        /// That this node's advertisement goes, as its tombstone says.
        case withdrawal(tombstone: [UInt8])
        /// The advertisements of that topic.
        case advertisements
    }

    /// What its answer must be.
    enum Form: Hashable, Sendable {
        case nodes
        case registration
        case advertisements
    }

    let purpose: Purpose
    /// The key that it is about.
    let target: NodeKey
    var subject = Subject.nodes
    /// Contacts wanted in the answer.
    var count: Int
    /// Nearer contacts that are not wanted, because they are known from an answer before.
    var skip = 0
    /// It asks for what an answer before had no room for.
    var isRest = false
    /// The peer did not answer lately; it is asked briefly, and its silence says nothing new.
    var isRetry = false
    /// It was asked before, over a link that ended meanwhile, or waited for one that could not be had.
    var isRepeated = false

    var form: Form {
        switch subject {
        case .nodes: .nodes
        case .ticket, .place, .withdrawal: .registration
        case .advertisements: .advertisements
        }
    }

    /// Whether it is worth a new link: a greeting belongs to the link that has ended.
    var isRepeatable: Bool { !isRepeated && purpose != .greeting }
}

/// Names a lookup inside a ``Kademlia``.
enum LookupHandle: Hashable, Sendable {
    /// Asked for by the owner.
    case caller(LookupID)
    /// The node's own upkeep, numbered.
    case upkeep(UInt64)
    /// The owner wants the contact of this peer.
    case contact(PeerID)
    /// The node looks for registrars of a topic.
    case registrars(NodeKey)
    /// A search for advertisements wants the peers nearest to its topic.
    case search(SearchID)

    /// Whether somebody waits for it, who would rather wait longer than hear that the node knows nobody. The node's own lookups
    /// are begun anew anyway.
    var isAwaited: Bool {
        switch self {
        case .caller, .contact, .search: true
        case .upkeep, .registrars: false
        }
    }
}

/// A question on its way.
struct PendingQuestion: Sendable {
    /// What it was sent over.
    enum Way: Sendable {
        case link
        /// In so many datagrams so far.
        case datagram(ContactRecord, UDPEndpoint, tries: Int)
    }

    let question: Question
    let peer: PeerID
    var way = Way.link
    /// It was sent over a link, and by datagram as well when no answer came in the time that links take.
    var isDoubled = false
    /// The peer counts as silent. Its answer is still taken if it comes until the deadline.
    var isOver = false
    let sentAt: Instant
    var deadline: Instant
}

/// Questions that wait for a link.
struct PendingDial: Sendable {
    /// More than this for one peer are refused: no two lookups ask the same peer often enough to need it.
    static let questionLimit = 16

    /// What is dialed; the handshake proves the peer, so its contact is right when the link stands.
    let record: ContactRecord
    var questions: [Question]
    let deadline: Instant
}

/// An admitted link, as far as routing is concerned.
struct KademliaLink: Sendable {
    /// The peer's contact, held for as long as the link lasts.
    var contact: PeerRef?
    /// Nil until something was measured.
    var roundTrip: TimeSpan?
    /// Whether the peer has answered a question over this link: only then may it enter the table.
    var hasAnswered = false
    var allowance: Allowance
}
