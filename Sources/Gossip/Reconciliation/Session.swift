import Overlay

/// One comparison of catalogs with one neighbour, on the side that began it. The other side keeps no state.
struct Session: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        /// The digests are being compared; the answer is "equal" or the first page.
        case comparing
        /// The page that begins at this key was asked for.
        case turning(from: UInt64)
        /// What the last page showed to be missing is being fetched; then comes the page at this key, if any.
        case fetching(next: UInt64?)
    }

    let number: UInt32
    var step: Step
    /// When the answer that is waited for is overdue.
    private(set) var deadline: Instant
    /// When the session ends, whatever its progress.
    private let end: Instant

    init(number: UInt32, at now: Instant, settings: GossipSettings) {
        self.number = number
        step = .comparing
        end = now + settings.sessionLength
        deadline = min(now + settings.answerTimeout, end)
    }

    /// Goes on to `step`, or stays at it for another while.
    mutating func proceed(to step: Step, at now: Instant, settings: GossipSettings) {
        self.step = step
        deadline = min(now + settings.answerTimeout, end)
    }

    /// The key at which a page must begin to be the one that was asked for; nil when none was.
    var expectedPage: UInt64? {
        switch step {
        case .comparing: 0
        case .turning(let from): from
        case .fetching: nil
        }
    }
}
