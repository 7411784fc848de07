import Overlay

// A mesh with more entries than a catalog holds: what is compared with whom, and which services the node's agents use.
extension Mesh {
    /// An agent of this node asked a host for a service: both the host and the service's shard are kept, from now on if they were not
    /// before. Neighbours who have that shard are compared with; what they have not comes as it is renewed.
    public mutating func use(_ service: ServiceName, of host: PeerID, at now: Moment) {
        guard catalog.use(service, of: host, at: now.instant), !neighbors.isEmpty else { return }
        hurryComparison(at: now.instant)
        settle(at: now)
    }

    /// Lists hosts that a search has found, be they outside of what the node keeps, and announces those that are new to the
    /// neighbours.
    public mutating func list(found entries: [CatalogEntry], at now: Moment, into outbox: inout [MeshAction]) {
        for entry in entries where entry.peer != peerID {
            catalog.keep(entry.peer)
            guard case .candidate(let candidate) = catalog.examine(entry.bytes, at: now) else { continue }
            let acceptance = catalog.admit(candidate, at: now)
            report(acceptance, of: entry.peer, from: peerID, into: &outbox)
            if let taken = taken(acceptance) { passOn(taken, manner: .lazy, from: nil) }
        }
        settle(at: now)
    }

    /// Keeps more again when the mesh has become smaller.
    mutating func widen(at now: Moment) {
        guard catalog.isPartial, nextWidening <= now.instant else { return }
        nextWidening = now.instant + settings.wideningInterval
        if catalog.widen(at: now.wall) { hurryComparison(at: now.instant) }
    }

    private mutating func hurryComparison(at now: Instant) {
        nextComparison = min(nextComparison, now)
        isNextComparisonComplete = true
    }

    // MARK: Comparing

    /// The catalogs of both sides are compared over what both keep, which the side that begins learns so.
    mutating func narrow(
        session number: UInt32, to selection: ShardSelection, from peer: PeerID, at now: Moment,
        into outbox: inout [MeshAction]
    ) {
        guard let session = neighbors[peer]?.session, session.number == number, session.step == .comparing else {
            return drop(.unexpectedAnswer, from: peer, into: &outbox)
        }
        neighbors[peer]?.isPartial = true
        let common = session.selection.meet(selection)
        guard session.rounds == 1, !session.isNarrowed, common != session.selection, !common.shards.isEmpty else {
            return endSession(with: peer)
        }
        begin(
            Session(
                number: number, items: catalog.items(of: common, salt: number), selection: common, isNarrowed: true,
                isComplete: session.isComplete, at: now.instant, settings: settings),
            with: peer, at: now, into: &outbox)
    }

    /// Whether a comparison over `selection` is one over what this node keeps. Otherwise it tells the other side what that is.
    mutating func canCompare(
        _ selection: ShardSelection, session: UInt32, with peer: PeerID, at now: Instant,
        into outbox: inout [MeshAction]
    ) -> Bool {
        neighbors[peer]?.isPartial = selection != .everything
        if answered[peer]?.number == session || catalog.selection.meet(selection) == selection { return true }
        guard mayAnswer(peer, cost: 1, at: now) else {
            drop(.answerRate, from: peer, into: &outbox)
            return false
        }
        let knowsShards = neighbors[peer]?.abilities.comparesShards == true
        // To an older node this says that there is no difference; it would not understand the other.
        let message: GossipMessage =
            knowsShards
            ? .narrow(session: session, catalog.selection) : .difference(session: session, [Reconciler.version])
        send(message, to: peer, into: &outbox)
        return false
    }

    /// Where catalogs are divided, a comparison does not show an entry that was replaced by one that belongs elsewhere: who
    /// announces it is told of the later one.
    mutating func correct(_ summaries: [EntrySummary], of peer: PeerID, into outbox: inout [MeshAction]) {
        guard catalog.isPartial || neighbors[peer]?.isPartial == true else { return }
        let later = summaries.flatMap { summary in
            catalog.records(withKey: summary.key).compactMap(\.entry).map { EntrySummary(of: $0) }
                .filter { $0.sequence > summary.sequence }
        }
        for chunk in later.chunks(of: GossipSettings.summariesPerMessage) {
            send(.have(chunk), to: peer, into: &outbox)
        }
    }
}
