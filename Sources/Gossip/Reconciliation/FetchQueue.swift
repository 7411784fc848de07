import Overlay

/// The entries that one neighbour has and this node lacks: asked for a few at a time, so that neither side holds more
/// than one answer.
struct FetchQueue: Sendable {
    /// A question that waits for its answer.
    struct Request: Hashable, Sendable {
        let number: UInt32
        /// What was asked for.
        let entries: [EntrySummary]
        /// Entries that may still come as an answer.
        var credit: Int
        var deadline: Instant
    }

    private var waiting: [EntrySummary] = []
    private(set) var request: Request?

    var isIdle: Bool { request == nil && waiting.isEmpty }
    var deadline: Instant { request?.deadline ?? .distantFuture }

    /// False when the queue is full.
    mutating func add(_ summary: EntrySummary, capacity: Int) -> Bool {
        guard waiting.count < capacity else { return false }
        waiting.append(summary)
        return true
    }

    /// Begins the next request unless one is under way.
    /// - Parameter isWanted: whether an entry is still missing; it may have come from elsewhere in the meantime.
    mutating func begin(
        number: UInt32, at now: Instant, settings: GossipSettings, isWanted: (EntrySummary) -> Bool
    ) -> [EntrySummary] {
        guard request == nil else { return [] }
        var asked: [EntrySummary] = []
        var read = 0
        while read < waiting.count && asked.count < settings.requestLength {
            if isWanted(waiting[read]) { asked.append(waiting[read]) }
            read += 1
        }
        waiting.removeFirst(read)
        if !asked.isEmpty {
            request = Request(
                number: number, entries: asked, credit: asked.count, deadline: now + settings.answerTimeout)
        }
        return asked
    }

    /// Takes part of an answer.
    /// - Returns: how many of its entries were asked for; nil when the answer belongs to no request.
    mutating func answer(
        number: UInt32, count: Int, isLast: Bool, at now: Instant, settings: GossipSettings
    ) -> Int? {
        guard let current = request, current.number == number else { return nil }
        let granted = min(count, current.credit)
        // Only entries buy time, so that empty answers cannot keep a request open for ever.
        let deadline = granted > 0 ? now + settings.answerTimeout : current.deadline
        let rest = Request(
            number: number, entries: current.entries, credit: current.credit - granted, deadline: deadline)
        request = isLast || granted < count ? nil : rest
        return granted
    }

    /// Gives up on everything when the answer is overdue. Whatever the neighbour still has shows at the next comparison.
    /// - Returns: what was asked for last; nil when nothing is overdue.
    mutating func expire(at now: Instant) -> [EntrySummary]? {
        guard let request, request.deadline <= now else { return nil }
        self = FetchQueue()
        return request.entries
    }
}
