import Overlay

/// The origin after whose entries the broadcast tree is cut.
///
/// Plumtree prunes whoever pushes what is known. When several origins speak at once, each prunes by the paths of its own
/// entries, and together they cut the mesh in pieces, again after every repair. So only entries of one origin prune: of those
/// heard lately the one with the lowest key, which is the same everywhere. Its entries reach all nodes over what they leave, and
/// what joins all nodes carries the entries of every origin.
///
/// Those that have news come before those that only renew what they said: a renewal comes once in half an hour.
struct TreeRoot: Sendable {
    private struct Rank: Comparable {
        let isRenewal: Bool
        let key: UInt64

        static func < (left: Rank, right: Rank) -> Bool {
            left.isRenewal == right.isRenewal ? left.key < right.key : right.isRenewal
        }
    }

    private var rank: Rank?
    private var since = Instant.zero
    private var heardAt = Instant.zero

    /// Whether an origin rules, so that its entries cut the tree and those of others need not.
    func rules(at now: Instant, settings: GossipSettings) -> Bool {
        rank != nil && now.since(heardAt) <= settings.rootWindow && now.since(since) >= settings.rootSettling
    }

    /// An entry of an origin came, new or known, or this node made one.
    /// - Parameter isNews: whether it says something else than the one before.
    /// - Returns: whether it may prune. An origin may not at first: all nodes have to have heard it before.
    mutating func hear(_ origin: PeerID, isNews: Bool, at now: Instant, settings: GossipSettings) -> Bool {
        let heard = Rank(isRenewal: !isNews, key: Record.key(of: origin))
        if let rank, now.since(heardAt) <= settings.rootWindow {
            if rank.key != heard.key {
                guard heard < rank else { return false }
                since = now
            }
            self.rank = min(rank, heard)
        } else {
            (rank, since) = (heard, now)
        }
        heardAt = now
        return now.since(since) >= settings.rootSettling
    }
}
