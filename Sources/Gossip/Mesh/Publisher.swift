import Overlay

/// This node's own entry: what it should say, when it was said last, and when it has to be said again.
struct Publisher: Sendable {
    enum Statement: Hashable, Sendable {
        /// Nothing was announced in this run, and nothing is known to be left from an earlier one.
        case silent
        /// These contents are, or are about to be, announced.
        case live(EntryContents)
        /// A tombstone is, or is about to be, announced.
        case withdrawn
    }

    private(set) var statement = Statement.silent
    /// When an entry has to be sent: a renewal, a change that had to wait, or an answer to an old entry of this node.
    private(set) var due = Instant.distantFuture
    private var lastSequence: UInt64 = 0
    private var rate = RateLimit()

    /// Changes what is said, to be announced as soon as the rate allows.
    mutating func state(_ new: Statement, at now: Instant, settings: GossipSettings) {
        statement = new
        hurry(at: now, settings: settings)
    }

    /// Announces again as soon as the rate allows.
    mutating func hurry(at now: Instant, settings: GossipSettings) {
        guard statement != .silent else { return }
        due = min(due, rate.available(burst: settings.publishBurst, interval: settings.publishInterval, at: now))
    }

    /// An entry of this node came from elsewhere, left over from an earlier run or made by a twin with the same key.
    /// Later ones have to come after it; and what it lists is not proven, so it does not stay as it is.
    mutating func hear(_ entry: CatalogEntry, at now: Instant, settings: GossipSettings) {
        remember(entry)
        switch (statement, entry.kind) {
        case (.silent, .live): state(.withdrawn, at: now, settings: settings)
        case (.silent, .tombstone), (.withdrawn, .tombstone): break
        case (.withdrawn, .live), (.live, _): hurry(at: now, settings: settings)
        }
    }

    /// An entry of this node was found on the disk; later ones have to come after it.
    mutating func remember(_ entry: CatalogEntry) {
        lastSequence = max(lastSequence, entry.sequence)
    }

    /// The entry that is to be sent now; nil when there is nothing to say.
    mutating func nextEntry(
        signedBy identity: Identity, mesh: MeshID, at now: Moment, settings: GossipSettings,
        random: inout RandomSource
    ) -> CatalogEntry? {
        let contents: EntryContents?
        switch statement {
        case .silent: return nil
        case .live(let stated): contents = stated
        case .withdrawn: contents = nil
        }
        lastSequence = max(lastSequence &+ 1, now.wall.milliseconds)
        rate.spend(interval: settings.publishInterval, at: now.instant)
        due =
            contents == nil
            ? .distantFuture : now.instant + random.jittered(settings.ttl / 2, percent: settings.renewalJitter)
        return CatalogEntry.signed(
            by: identity, kind: contents == nil ? .tombstone : .live, mesh: mesh, sequence: lastSequence,
            issuedAt: now.wall, ttl: min(settings.ttl, settings.maximumTTL), contents: contents)
    }
}
