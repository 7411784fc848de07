import Gossip
import Overlay

/// What every node really published, written down where it happened: the truth that catalogs are compared with.
public struct Ledger: Sendable {
    /// The published life of one node.
    struct Page: Sendable {
        /// Digests of all its entries, by sequence.
        var entries: [UInt64: Bytes32] = [:]
        /// The number of its last entry.
        var lastSequence: UInt64 = 0
        var lastExpiry = WallTime(milliseconds: 0)
        /// It took everything back at least once.
        var hasWithdrawn = false
        /// It wants to be listed now.
        var isLive = false
    }

    private var pages: [PeerID: Page] = [:]
    /// Nodes that want to be listed.
    public private(set) var liveCount = 0

    public init() {}

    func page(of peer: PeerID) -> Page? { pages[peer] }

    /// `publisher` signed these bytes.
    public mutating func published(_ bytes: [UInt8], sequence: UInt64, expiry: WallTime, by publisher: PeerID) {
        var page = pages[publisher] ?? Page()
        page.entries[sequence] = SHA256.hash(bytes)
        page.lastSequence = max(page.lastSequence, sequence)
        page.lastExpiry = max(page.lastExpiry, expiry)
        if !page.isLive { liveCount += 1 }
        page.isLive = true
        pages[publisher] = page
    }

    /// `publisher` took everything back.
    public mutating func withdrawn(by publisher: PeerID) {
        guard var page = pages[publisher] else { return }
        if page.isLive { liveCount -= 1 }
        page.isLive = false
        page.hasWithdrawn = true
        pages[publisher] = page
    }
}
