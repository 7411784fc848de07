import Overlay

/// The last entry that was new, and whether none came shortly before it.
///
/// After the copies of an entry that is alone the tree may be cut although its origin does not rule: others that cut in other
/// places at the same time cannot be under way.
struct LoneEntry: Sendable {
    private var last: EntrySummary?
    private var at = Instant.zero
    private var isAlone = false

    /// An entry was new.
    mutating func note(_ entry: EntrySummary, at now: Instant, settings: GossipSettings) {
        isAlone = last == nil || now.since(at) > settings.usefulLife
        (last, at) = (entry, now)
    }

    /// Whether nothing else was new, from shortly before the entry came until now.
    func isAlone(_ entry: EntrySummary) -> Bool { isAlone && last == entry }
}
