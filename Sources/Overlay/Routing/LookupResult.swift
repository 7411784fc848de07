/// How a lookup ended and what it cost.
public struct LookupResult: Hashable, Sendable {
    /// Why nothing more is asked.
    public enum End: Hashable, Sendable {
        /// The nearest peers that are reachable have all answered, as many as wanted or as there are.
        case complete
        /// ``LookupSettings/queries`` were used up; nearer peers may exist.
        case queryLimit
        /// Too many lookups were under way; nothing was asked.
        case busy
        /// The node knew nobody who answers, and nobody came within ``KademliaSettings/firstPeerLimit``.
        case noPeer
    }

    /// What a lookup cost.
    public struct Counters: Hashable, Sendable {
        /// Peers asked.
        public var queries = 0
        /// Peers that answered, late ones included.
        public var answers = 0
        /// Queries that could not be sent or were refused.
        public var failures = 0
        /// Queries without an answer in their time.
        public var timeouts = 0
        /// The longest chain of answers that led to one of the peers found; 0 when the seeds were the nearest.
        public var depth = 0

        public init() {}
    }

    /// The key that was searched.
    public let target: NodeKey
    /// The nearest peers that answered, nearest first, without the node itself.
    public let closest: [ContactRecord]
    /// Where the nearest crowd around the key: those that come next in the region in which they should be, few of each
    /// network. Empty otherwise.
    public let further: [ContactRecord]
    /// Whether the nearest stood closer together than the size of the network lets expect, which is a sign of keys that were
    /// searched for.
    public let isCrowded: Bool
    /// How long it took until the peer whose own key was searched had answered; nil when none did.
    public internal(set) var foundAfter: TimeSpan?
    public internal(set) var end: End
    public let counters: Counters

    init(
        target: NodeKey, closest: [ContactRecord] = [], further: [ContactRecord] = [], isCrowded: Bool = false,
        end: End,
        counters: Counters = Counters()
    ) {
        self.target = target
        self.closest = closest
        self.further = further
        self.isCrowded = isCrowded
        self.end = end
        self.counters = counters
    }
}
