import Overlay

/// What is kept for one neighbour. All of it ends when it is one no more.
struct Neighbor: Sendable {
    /// Unasked signature checks that the neighbour causes.
    var intake = RateLimit()
    /// Work that its questions cause.
    var answers = RateLimit()
    /// What it can do; of its dictionaries those that this node knows, too.
    var abilities = GossipAbilities()
    /// Whether its catalog is only a part of the mesh's, by what it said last.
    var isPartial = false
    /// Whether new entries are pushed to it; otherwise they are announced. Both sides agree, but for what is under way.
    var isEager = false
    /// When it last pushed something new of the origin that rules.
    var usefulAt = Instant.zero
    /// It was grafted lately and is not pruned until then.
    var keptUntil = Instant.zero
    /// For how long it was kept when it was grafted last.
    var kept = TimeSpan.zero
    /// The first announcement that it has not been told, by its number.
    var announcedTo: UInt64 = 0
    /// What it has and this node lacks.
    var fetch = FetchQueue() {
        didSet { answerDeadline = soonestAnswer }
    }
    /// The comparison that this side began.
    var session: Session? {
        didSet {
            isComparing = session != nil
            answerDeadline = soonestAnswer
        }
    }
    /// Whether this side compares with it.
    private(set) var isComparing = false
    /// When to begin a comparison besides the periodic ones: the first of this link, its repetition, or one for what
    /// found no room in the queue. The distant future when none is needed.
    var comparisonDue: Instant
    var firstComparisonTries: UInt64 = 0
    /// Whether some comparison was begun by the other side or finished by this one.
    var isCompared = false

    init(comparisonDue: Instant) {
        self.comparisonDue = comparisonDue
    }

    /// When a comparison or a request is overdue.
    private(set) var answerDeadline = Instant.distantFuture

    private var soonestAnswer: Instant { min(fetch.deadline, session?.deadline ?? .distantFuture) }
}
