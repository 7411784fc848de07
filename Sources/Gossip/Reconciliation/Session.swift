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
    /// The catalog as it was at the beginning.
    let items: CatalogItems
    private(set) var step = Step.comparing
    /// Messages about ranges that were sent.
    private(set) var rounds: UInt32 = 1
    /// When the answer that is waited for is overdue.
    private(set) var deadline: Instant
    /// When the session ends, whatever its progress.
    private let end: Instant

    init(number: UInt32, items: CatalogItems, at now: Instant, settings: GossipSettings) {
        self.number = number
        self.items = items
        end = now + settings.sessionLength
        deadline = min(now + settings.answerTimeout, end)
    }

    /// Goes on to `step`, or stays at it for another while.
    mutating func proceed(to step: Step, at now: Instant, settings: GossipSettings) {
        if step == .comparing { rounds += 1 }
        self.step = step
        deadline = min(now + settings.answerTimeout, end)
    }
}
