import OrderedCollections
import Overlay

// The side that answers a comparison. What it keeps between two messages saves work and nothing else.
extension Mesh {
    /// Says what of the other side's ranges is different here.
    mutating func answer(
        session: UInt32, over selection: ShardSelection = .everything, about ranges: [UInt8], from peer: PeerID,
        at now: Instant, into outbox: inout [MeshAction]
    ) {
        guard canCompare(selection, session: session, with: peer, at: now, into: &outbox),
            let items = items(
                of: selection, session: session, cost: settings.rangesCost, from: peer, at: now, into: &outbox)
        else { return }
        let reconciler = Reconciler(items.vector, frameLimit: GossipSettings.rangesLength)
        guard let answer = try? reconciler.answer(ranges) else {
            answered[peer] = nil
            return drop(.malformedRanges, from: peer, into: &outbox)
        }
        neighbors[peer]?.isCompared = true
        neighbors[peer]?.comparisonDue = .distantFuture
        // An answer without a range is the last.
        if answer.count == 1 { answered[peer] = nil } else { keep(items, session: session, of: peer, at: now) }
        send(.difference(session: session, answer), to: peer, into: &outbox)
    }

    /// Says which entries are behind ids.
    mutating func answer(
        session: UInt32, lacking ids: [UInt64], from peer: PeerID, at now: Instant, into outbox: inout [MeshAction]
    ) {
        let cost = 1 + UInt64(ids.count) / 32
        guard let items = items(session: session, cost: cost, from: peer, at: now, into: &outbox) else { return }
        keep(items, session: session, of: peer, at: now)
        let summaries = items.summaries(of: ids, in: catalog)
        send(.summaries(session: session, summaries), to: peer, into: &outbox)
    }

    /// The catalog as it was when the session began, or as it is now; nil when the neighbour asks too much.
    private mutating func items(
        of selection: ShardSelection = .everything, session: UInt32, cost: UInt64, from peer: PeerID, at now: Instant,
        into outbox: inout [MeshAction]
    ) -> CatalogItems? {
        let kept = answered[peer].flatMap { $0.number == session ? $0.items : nil }
        let sorting = kept == nil ? UInt64(catalog.recordCount / max(1, settings.recordsPerCost)) : 0
        guard mayAnswer(peer, cost: cost + sorting, at: now) else {
            drop(.answerRate, from: peer, into: &outbox)
            return nil
        }
        return kept ?? catalog.items(of: selection, salt: session)
    }

    private mutating func keep(_ items: CatalogItems, session: UInt32, of peer: PeerID, at now: Instant) {
        guard answered[peer] != nil || answered.count < settings.answeredCapacity else { return }
        answered[peer] = AnsweredComparison(number: session, items: items, deadline: now + settings.answerTimeout)
    }
}
