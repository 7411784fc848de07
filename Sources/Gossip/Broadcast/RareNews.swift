import Overlay

/// Whether news comes seldom: an entry in which a host says something else than before, when there were few shortly before.
///
/// In a tree each lost packet makes all wait that are behind it, and each death cuts a branch off until announcements have been
/// answered. Rare news goes to some neighbours besides the eager ones, so that what one is late with comes from another; the
/// copies cost little while there is so little to say. Renewals say nothing new, and can wait.
struct RareNews: Sendable {
    /// When the last news came, as much as counts, the oldest first.
    private var recent: [Instant] = []

    /// News came.
    /// - Returns: whether it is rare.
    mutating func note(at now: Instant, settings: GossipSettings) -> Bool {
        recent.removeAll { now.since($0) > settings.newsSpan }
        let isRare = recent.count < settings.newsInSpan
        recent.append(now)
        if recent.count > settings.newsInSpan { recent.removeFirst() }
        return isRare
    }
}
