import Overlay

/// What is kept for one link. All of it ends with the link.
struct Neighbor: Sendable {
    /// Unasked signature checks that the neighbour causes.
    var intake = RateLimit()
    /// Work that its questions cause.
    var answers = RateLimit()
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
    /// Which revocations it has, as it says and as messages since show; nil until it has said so.
    var tallies: [RevocationTally]?
    /// When to ask it for its tallies again; the distant future when this node has all that it has.
    var tallyDue = Instant.distantFuture
    /// When it was told this node's tallies last.
    var talliedAt = Instant.zero

    init(comparisonDue: Instant) {
        self.comparisonDue = comparisonDue
    }

    /// When a comparison or a request is overdue.
    private(set) var answerDeadline = Instant.distantFuture

    private var soonestAnswer: Instant { min(fetch.deadline, session?.deadline ?? .distantFuture) }
}
