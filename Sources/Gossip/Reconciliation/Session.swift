import Overlay

/// One comparison of catalogs with one neighbour, on the side that began it.
struct Session: Sendable {
    enum Step: Hashable, Sendable {
        /// What this side says of ranges is with the neighbour.
        case comparing
        /// The neighbour was told so many ids that this side lacks, and says next which entries they are. Then comes the
        /// message about ranges, if any.
        case naming(count: Int, next: [UInt8]?)
        /// What this side lacks is being fetched; then comes the message about ranges, if any.
        case fetching(next: [UInt8]?)
    }

    /// Not zero: it is the salt too.
    let number: UInt32
    /// The catalog as it was at the beginning, as far as it is compared.
    let items: CatalogItems
    /// What is compared.
    let selection: ShardSelection
    /// Whether the other side has said what it keeps, so that it is not asked for more.
    let isNarrowed: Bool
    /// Whether it is about the newest entries, too.
    let isComplete: Bool
    private(set) var step = Step.comparing
    /// Messages about ranges that were sent.
    private(set) var rounds: UInt32 = 1
    /// When the answer that is waited for is overdue.
    private(set) var deadline: Instant
    /// When the session ends, whatever its progress.
    private let end: Instant

    init(
        number: UInt32, items: CatalogItems, selection: ShardSelection, isNarrowed: Bool, isComplete: Bool,
        at now: Instant, settings: GossipSettings
    ) {
        self.number = number
        self.items = items
        self.selection = selection
        self.isNarrowed = isNarrowed
        self.isComplete = isComplete
        end = now + settings.sessionLength
        deadline = min(now + settings.answerTimeout, end)
    }

    /// A message of the comparison to the other side.
    func question(_ ranges: [UInt8]) -> GossipMessage {
        selection == .everything
            ? .compare(session: number, ranges) : .compareShards(session: number, selection, ranges)
    }

    /// Goes on to `step`, or stays at it for another while.
    mutating func proceed(to step: Step, at now: Instant, settings: GossipSettings) {
        if step == .comparing { rounds += 1 }
        self.step = step
        deadline = min(now + settings.answerTimeout, end)
    }
}
