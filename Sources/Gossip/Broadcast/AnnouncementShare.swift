import Overlay

/// How many neighbours are told at a time of what was not pushed to them.
///
/// All of them when nobody was told anything lately, and while announcements are needed: somebody asked for what one named, or a
/// branch of the tree was lost. While entries go on and nobody asks, half as many each time, down to a few; the others have their
/// turn later. A node still hears of every entry from all its neighbours, from the first of them about a second later.
struct AnnouncementShare: Sendable {
    private var unneeded = 0
    private var toldAt = Instant.zero

    /// Announcements were worth their while.
    mutating func needed() { unneeded = 0 }

    /// How many of `neighbors` are told now.
    mutating func next(of neighbors: Int, at now: Instant, settings: GossipSettings) -> Int {
        if now.since(toldAt) > settings.announceIdle { unneeded = 0 }
        defer {
            unneeded = min(unneeded + 1, Int.bitWidth / 2)
            toldAt = now
        }
        let least = (neighbors + settings.announceTurns - 1) / max(1, settings.announceTurns)
        return max(1, least, neighbors >> unneeded)
    }
}
