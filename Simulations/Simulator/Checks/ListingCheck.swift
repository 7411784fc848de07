import Overlay

/// Looks at every change of every honest node's catalog, and believes none of them: an entry is right when the ledger
/// has it.
///
/// Forged and expired entries are found at any size. What a node listed before is kept in two bytes for each publisher
/// and node; where that is more than a bound, only some publishers are followed for entries that come back, drawn one by
/// one. Each shard has its own, for its own nodes.
public struct ListingCheck: Sendable {
    /// One publisher: by node the number of its last entry that was listed there, times two; plus one when it is not
    /// listed any more.
    private struct Column: Sendable {
        var cells: [UInt16]
    }

    private let nodes: Int
    private let followed: Ratio
    private let draws: Draws
    private var columns: [Column] = []
    /// By publisher: its place among the columns, plus one.
    private var places: [UInt32]

    /// - Parameter mostPairs: pairs of a publisher and a node that are followed at most.
    public init(_ population: Population, publishers: Int, mostPairs: Int = 64_000_000) {
        nodes = population.count
        draws = population.draws
        places = Array(repeating: 0, count: population.count)
        let most = UInt64(max(1, mostPairs))
        let pairs = UInt64(max(1, nodes)).multipliedReportingOverflow(by: UInt64(max(1, publishers)))
        followed =
            pairs.overflow || pairs.partialValue > most ? Ratio(most, max(most, pairs.partialValue)) : Ratio(1, 1)
    }

    /// A node says that it lists this entry. It may say so again of the same one: hosts that could not be reached come
    /// back so.
    /// - Parameter wall: what the node's calendar shows.
    public mutating func listed(
        _ entry: EntryLedger.Entry, of publisher: NodeIndex, by node: NodeIndex, wall: WallTime, at time: VirtualTime,
        ledger: EntryLedger, into violations: inout [Violation]
    ) {
        guard !ledger.isMalicious(node) else { return }
        let name = "sequence \(entry.sequence) of node \(publisher)"
        if entry.expiry <= Calendar.judging(wall, at: time) {
            violations.append(Violation(.expiredEntry, at: time, node: node, "\(name) was over when it was listed"))
        }
        guard !ledger.isMalicious(publisher) else { return }
        let signed = ledger.page(of: publisher)?.entries ?? []
        guard let number = signed.lastIndex(of: entry) else {
            return violations.append(Violation(.forgedEntry, at: time, node: node, "\(name) was never published"))
        }
        guard let place = column(of: publisher) else { return }
        let cell = columns[place].cells[node.offset]
        let last = Int(cell >> 1)
        // By their numbers: whose calendar jumped back signs an entry that counts as older than those before.
        if let before = last > 0 ? signed[min(last, signed.count) - 1].sequence : nil, before > entry.sequence {
            let text = "\(name) came after \(before)"
            violations.append(Violation(.rolledBack, at: time, node: node, text))
        } else if last == number + 1, cell & 1 != 0 {
            violations.append(Violation(.rolledBack, at: time, node: node, "\(name) came back"))
        }
        // Beyond what fits nothing is followed any more.
        columns[place].cells[node.offset] = UInt16(min(number + 1, 0x7fff)) << 1
    }

    /// A node does not list a publisher any more.
    public mutating func unlisted(
        _ publisher: NodeIndex, by node: NodeIndex, wall: WallTime, at time: VirtualTime, ledger: EntryLedger,
        into violations: inout [Violation]
    ) {
        guard !ledger.isMalicious(node), !ledger.isMalicious(publisher) else { return }
        if let place = column(of: publisher) { columns[place].cells[node.offset] |= 1 }
        guard let page = ledger.page(of: publisher), !page.hasWithdrawn, page.lastExpiry > wall else { return }
        let text = "node \(publisher) is live and not listed any more"
        violations.append(Violation(.lostEntry, at: time, node: node, text))
    }

    /// A node begins again without what it had listed: its files are lost or old.
    public mutating func forget(_ node: NodeIndex) {
        guard node.offset < nodes else { return }
        for place in columns.indices { columns[place].cells[node.offset] = 0 }
    }

    /// Nil for publishers that are not followed.
    private mutating func column(of publisher: NodeIndex) -> Int? {
        guard publisher.offset < nodes else { return nil }
        if places[publisher.offset] > 0 { return Int(places[publisher.offset]) - 1 }
        guard draws.happens(followed, .sample, of: UInt64(publisher.number), 0) else { return nil }
        columns.append(Column(cells: Array(repeating: 0, count: nodes)))
        places[publisher.offset] = UInt32(columns.count)
        return columns.count - 1
    }
}
