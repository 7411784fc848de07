import Overlay

/// Looks at every change of every catalog, and believes none of them: an entry is right when the ledger has it.
public struct CatalogCheck: Sendable {
    private struct Listing: Hashable {
        let node: NodeIndex
        let publisher: PeerID
    }

    public var ledger = Ledger()
    /// The last sequence that each node listed of each publisher.
    private var listed: [Listing: UInt64] = [:]
    /// What a node listed once and does not list any more.
    private var gone: Set<Listing> = []

    public init() {}

    /// A node says that it lists this entry. It may say so again of the same one: hosts that could not be reached come
    /// back so.
    public mutating func listed(
        _ bytes: [UInt8], sequence: UInt64, expiry: WallTime, of publisher: PeerID, by node: NodeIndex,
        wall: WallTime, at time: VirtualTime, into violations: inout [Violation]
    ) {
        let name = "sequence \(sequence) of \(publisher)"
        if ledger.page(of: publisher)?.entries[sequence] != SHA256.hash(bytes) {
            violations.append(Violation(.forgedEntry, at: time, node: node, "\(name) was never published"))
        }
        if expiry <= wall {
            violations.append(Violation(.expiredEntry, at: time, node: node, "\(name) was over when it was listed"))
        }
        let listing = Listing(node: node, publisher: publisher)
        if let last = listed[listing], last > sequence || (last == sequence && gone.contains(listing)) {
            violations.append(Violation(.rolledBack, at: time, node: node, "\(name) came after \(last)"))
        }
        listed[listing] = sequence
        gone.remove(listing)
    }

    /// A node does not list a publisher any more.
    public mutating func unlisted(
        _ publisher: PeerID, by node: NodeIndex, wall: WallTime, at time: VirtualTime,
        into violations: inout [Violation]
    ) {
        gone.insert(Listing(node: node, publisher: publisher))
        guard let page = ledger.page(of: publisher), !page.hasWithdrawn, page.lastExpiry > wall else { return }
        violations.append(Violation(.lostEntry, at: time, node: node, "\(publisher) is live and not listed any more"))
    }

    /// A node does not run any more: when it starts again it knows nothing of what it listed.
    mutating func forget(_ node: NodeIndex) {
        listed = listed.filter { $0.key.node != node }
        gone = gone.filter { $0.node != node }
    }
}
