import Overlay

/// A large network in which one node searches, and of which only those nodes exist that it asks.
///
/// All keys are there, sorted. A node is made when the first question comes to it: its table is filled from the sorted keys,
/// by draws of its own, with up to k nodes of every bucket, and it forgets everything when the search is over. So a search
/// among 100,000 nodes costs what the thirty nodes that are asked cost. The searcher, the questions and the answers are those of
/// the node that ships; every datagram is encoded and read.
public struct LookupWorld: Sendable {
    /// What one search came to.
    public struct Outcome: Hashable, Sendable {
        /// Until the search was over.
        public let time: TimeSpan
        /// Until the nearest node that runs had answered; nil when it did not.
        public let foundAfter: TimeSpan?
        /// Whether it found the k nearest that run, all of them.
        public let isExact: Bool
        public let counters: LookupResult.Counters
        /// Datagrams sent, by all together, and their bytes.
        public var datagrams: Int
        public var bytes: Int
    }

    let plan: LookupPlan
    private let draws: Draws
    private let space: KeySpace
    private var shelf: RecordShelf

    /// Makes the keys, which takes some seconds for 100,000.
    public init(_ plan: LookupPlan) {
        self.plan = plan
        draws = Draws(seed: plan.seed)
        space = KeySpace(plan, draws: draws)
        shelf = RecordShelf(nodes: plan.nodes)
    }

    /// The search of this number: a drawn node that runs searches a drawn key.
    public mutating func search(_ number: UInt64, as contender: LookupContender) -> Outcome? {
        var run = LookupRun(number, contender.settings, space: space, draws: draws, plan: plan)
        return run.outcome(with: &shelf)
    }
}
