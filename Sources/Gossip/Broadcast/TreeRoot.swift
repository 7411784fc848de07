import Overlay

/// The origin after whose entries the broadcast tree is cut.
///
/// Plumtree prunes whoever pushes what is known. When several origins speak at once, each prunes by the paths of its own
/// entries, and together they cut the mesh in pieces, again after every repair. So only entries of one origin prune: of those
/// heard lately the one with the lowest key, which is the same everywhere. Its entries reach all nodes over what they leave, and
/// what joins all nodes carries the entries of every origin.
struct TreeRoot: Sendable {
    private var key: UInt64?
    private var since = Instant.zero
    private var heardAt = Instant.zero

    /// Whether an origin rules, so that its entries cut the tree and those of others need not.
    func rules(at now: Instant, settings: GossipSettings) -> Bool {
        key != nil && now.since(heardAt) <= settings.rootWindow && now.since(since) >= settings.rootSettling
    }

    /// An entry of an origin came, new or known, or this node made one.
    /// - Returns: whether it may prune. An origin may not at first: all nodes have to have heard it before.
    mutating func hear(_ origin: PeerID, at now: Instant, settings: GossipSettings) -> Bool {
        let heard = Record.key(of: origin)
        if let key, key < heard, now.since(heardAt) <= settings.rootWindow { return false }
        if key != heard { (key, since) = (heard, now) }
        heardAt = now
        return now.since(since) >= settings.rootSettling
    }
}
