import Overlay

/// Whether news comes alone: an entry in which a host says something else than before, when there was none shortly before.
///
/// In a tree each lost packet makes all wait that are behind it, and each death cuts a branch off until announcements have been
/// answered. News that is alone goes to some neighbours besides the eager ones, so that what one is late with comes from another;
/// the copies cost little while there is so little to say. Renewals say nothing new, and can wait.
struct LoneNews: Sendable {
    private var last: Instant?

    /// News came.
    /// - Returns: whether it is alone.
    mutating func note(at now: Instant, settings: GossipSettings) -> Bool {
        defer { last = now }
        return last.map { now.since($0) > settings.newsPause } ?? true
    }
}
