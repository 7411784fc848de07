import Overlay

/// The parts of a ``GossipMessage/supply(request:isLast:entries:)``.
struct Supply: Sendable {
    let request: UInt32
    let isLast: Bool
    let entries: [PackedEntry]
}

extension Mesh {
    /// Takes one message of a peer with a link; most are heard from neighbours only.
    public mutating func receive(
        _ message: GossipMessage, from peer: PeerID, at now: Moment, into outbox: inout [MeshAction]
    ) {
        counts.countReceived(message.kind)
        let isHeard = message.isForEveryLink ? exchanges[peer] != nil : neighbors[peer] != nil
        guard isHeard else { return drop(.notANeighbor, from: peer, into: &outbox) }
        switch message {
        case .push(let entries):
            take(entries.map(PackedEntry.init(plain:)), manner: .eager, credit: 0, from: peer, at: now, into: &outbox)
        case .packedPush(let entries):
            take(entries, manner: .eager, credit: 0, from: peer, at: now, into: &outbox)
        case .widePush(let entries): take(entries, manner: .wide, credit: 0, from: peer, at: now, into: &outbox)
        case .supply(let request, let isLast, let entries):
            let packed = entries.map(PackedEntry.init(plain:))
            let supply = Supply(request: request, isLast: isLast, entries: packed)
            take(supply, from: peer, at: now, into: &outbox)
        case .packedSupply(let request, let isLast, let entries):
            let supply = Supply(request: request, isLast: isLast, entries: entries)
            take(supply, from: peer, at: now, into: &outbox)
        case .have(let summaries): consider(summaries, from: peer, at: now.instant, into: &outbox)
        case .want(let request, let summaries):
            answer(request: request, for: summaries, from: peer, at: now.instant, into: &outbox)
        case .compare(let session, let ranges):
            answer(session: session, about: ranges, from: peer, at: now.instant, into: &outbox)
        case .difference(let session, let ranges):
            conclude(ranges, session: session, from: peer, at: now.instant, into: &outbox)
        case .lack(let session, let ids):
            answer(session: session, lacking: ids, from: peer, at: now.instant, into: &outbox)
        case .summaries(let session, let summaries):
            fetch(summaries, session: session, from: peer, at: now.instant, into: &outbox)
        case .compareShards(let session, let selection, let ranges):
            answer(session: session, over: selection, about: ranges, from: peer, at: now.instant, into: &outbox)
        case .narrow(let session, let selection):
            narrow(session: session, to: selection, from: peer, at: now, into: &outbox)
        case .announce(let summaries): hear(announced: summaries, from: peer, at: now.instant, into: &outbox)
        case .graft(let summaries): answer(graft: summaries, from: peer, at: now.instant, into: &outbox)
        case .prune: takePrune(from: peer, into: &outbox)
        case .tally(let isQuestion, let tallies):
            answer(tallies, isQuestion: isQuestion, from: peer, at: now.instant, into: &outbox)
        case .revocations(let statements): take(revocations: statements, from: peer, at: now, into: &outbox)
        }
        settle(at: now)
    }

    /// Judges entries and passes on those that are new. Behind a compact form that is none nothing is looked at, so that a
    /// neighbour causes one failure a message, and never more to be inflated than a message could hold.
    /// - Parameter credit: how many were asked for; the others count against the neighbour's rate.
    mutating func take(
        _ entries: [PackedEntry], manner: Broadcast.Manner, credit: Int, from peer: PeerID, at now: Moment,
        into outbox: inout [MeshAction]
    ) {
        var credit = credit
        var room = GossipSettings.messageLength
        for packed in entries {
            let bytes: [UInt8]
            do {
                bytes = try packed.unpacked(
                    of: catalog.mesh, readable: settings.dictionaries, limit: min(room, settings.entryLength))
            } catch {
                return drop(.entry(.unreadable(error)), from: peer, into: &outbox)
            }
            room -= bytes.count
            switch catalog.examine(bytes, form: packed.form, at: now) {
            case .duplicate(let ref):
                counts.duplicates += 1
                guard let known = catalog.record(ref), let summary = known.summary else { continue }
                broadcast.noteKnown(summary, by: peer)
                if manner == .eager { pushedAgain(summary, of: known.peer, by: peer, at: now.instant, into: &outbox) }
            case .refused(let refusal): drop(.entry(refusal), from: peer, into: &outbox)
            case .candidate(let entry):
                if credit > 0 {
                    credit -= 1
                } else if !mayCheckSignature(for: peer, at: now.instant) {
                    return drop(.intakeRate, from: peer, into: &outbox)
                }
                admit(entry, manner: manner, from: peer, at: now, into: &outbox)
            }
        }
    }

    private mutating func mayCheckSignature(for peer: PeerID, at now: Instant) -> Bool {
        let settings = settings
        return neighbors[peer]?.intake.take(burst: settings.intakeBurst, interval: settings.intakeInterval, at: now)
            ?? false
    }

    private mutating func admit(
        _ entry: CatalogEntry, manner: Broadcast.Manner, from peer: PeerID, at now: Moment,
        into outbox: inout [MeshAction]
    ) {
        let isNews = catalog.statement(of: entry.peer)?.saysTheSame(as: entry) != true
        let acceptance = catalog.admit(entry, at: now)
        report(acceptance, of: entry.peer, from: peer, into: &outbox)
        guard let taken = taken(acceptance) else { return }
        missing.arrived(EntrySummary(of: entry), from: peer, at: now.instant)
        let isRoots = root.hear(entry.peer, isNews: isNews, at: now.instant, settings: settings)
        lone.note(EntrySummary(of: entry), at: now.instant, settings: settings)
        if isRoots && manner == .eager { neighbors[peer]?.usefulAt = now.instant }
        if manner == .wide { _ = offTree.insert(EntrySummary(of: entry)) }
        passOn(
            taken, manner: manner, isRare: manner != .lazy && isNews && isRareNews(ofRoot: isRoots, at: now.instant),
            from: peer)
        if entry.peer == peerID {
            counts.heardOfSelf += 1
            publisher.hear(entry, at: now.instant, settings: settings)
        }
    }

    /// Whether news goes to others besides the eager neighbours. For that of the origin that rules, the tree is as good as it can be.
    mutating func isRareNews(ofRoot isRoots: Bool, at now: Instant) -> Bool {
        let isRare = rareNews.note(at: now, settings: settings) && !isRoots && isSettled(at: now)
        if isRare { announcementShare.needed() }
        return isRare
    }

    /// Whether the node has not joined just now: until then comparisons of its new links bring all that there is.
    private func isSettled(at now: Instant) -> Bool {
        joinedAt.map { now.since($0) >= settings.newsSettling } ?? false
    }

    /// The entry with the form in which it is passed on; nil when it was not taken now.
    func taken(_ acceptance: Acceptance) -> CatalogEntry? {
        if case .passed(let entry, _) = acceptance {
            entry
        } else {
            acceptance.accepted.flatMap { catalog.record($0)?.entry }
        }
    }

    /// Puts an entry that was accepted on its way to the other neighbours.
    mutating func passOn(
        _ entry: CatalogEntry, manner: Broadcast.Manner, isRare: Bool = false, from source: PeerID?
    ) {
        switch broadcast.add(entry, manner: manner, isRare: isRare, from: source) {
        case .enqueued: break
        case .repeated, .full: counts.notPassedOn += 1
        }
    }

    /// Counts an acceptance and tells what it changed in the list.
    mutating func report(
        _ acceptance: Acceptance, of peer: PeerID, from source: PeerID, into outbox: inout [MeshAction]
    ) {
        for gone in catalog.takeDisplaced() {
            counts.displaced += 1
            outbox.append(.changed(.removed(gone)))
        }
        switch acceptance {
        case .new:
            counts.added += 1
            outbox.append(.changed(.added(peer)))
        case .replaced:
            counts.replaced += 1
            outbox.append(.changed(.updated(peer)))
        case .withdrawn(_, let wasListed):
            counts.withdrawn += 1
            if wasListed { outbox.append(.changed(.removed(peer))) }
        case .passed(_, let wasListed):
            counts.passed += 1
            if wasListed { outbox.append(.changed(.removed(peer))) }
        case .duplicate: counts.duplicates += 1
        case .refused(let refusal): drop(.entry(refusal), from: source, into: &outbox)
        }
    }
}
