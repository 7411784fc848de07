import Overlay

// Anti-entropy, on the side that begins: one fingerprint of the whole catalog, then those of ever smaller ranges where they
// differ, see Reconciler. What the beginner has and the answerer lacks is announced to it, so both sides end alike.
extension Mesh {
    /// Comparisons that this side began and that are not over.
    var sessionCount: Int {
        neighbors.withValues { values in values.indices.count { values[$0].isComparing } }
    }

    /// Whether a neighbour waits for a comparison that is due.
    private func isComparisonDue(at now: Instant) -> Bool {
        neighbors.withValues { values in
            values.indices.contains { values[$0].comparisonDue <= now && !values[$0].isComparing }
        }
    }

    private func isAnswerDue(at now: Instant) -> Bool {
        neighbors.withValues { values in values.indices.contains { values[$0].answerDeadline <= now } }
    }

    /// `peer` is a neighbour from now on. The side with the lower id begins to compare at once.
    /// - Parameter abilities: those that it has told; an older node has told none.
    public mutating func neighborUp(
        _ peer: PeerID, with abilities: GossipAbilities = GossipAbilities(), at now: Moment,
        into outbox: inout [MeshAction]
    ) {
        guard peer != peerID else { return }
        guard neighbors[peer] != nil || neighbors.count < settings.neighborCapacity else {
            return drop(.tooManyNeighbors, from: peer, into: &outbox)
        }
        if joinedAt == nil { joinedAt = now.instant }
        let patience = peerID < peer ? TimeSpan.zero : settings.firstComparisonPatience
        linkUp(peer, at: now, into: &outbox)
        neighbors[peer] = Neighbor(comparisonDue: now.instant + patience)
        // What was announced before is found by that comparison.
        neighbors[peer]?.announcedTo = broadcast.nextAnnouncement
        neighbor(peer, has: abilities)
        seekEager(least: settings.eagerAtFirst, into: &outbox)
        if nextComparison == .distantFuture { scheduleComparison(at: now.instant) }
        beginDueComparisons(at: now, into: &outbox)
        settle(at: now)
    }

    /// What is heard of `peer` from now on comes over another link, on which it has told these abilities: it may be another
    /// program. Nothing changes when it is no neighbour.
    public mutating func neighbor(_ peer: PeerID, has abilities: GossipAbilities) {
        var abilities = abilities
        abilities.dictionaries.removeAll { !settings.dictionaries.contains($0) }
        neighbors[peer]?.abilities = abilities
    }

    /// `peer` is a neighbour no more; whatever was under way with it is over.
    public mutating func neighborDown(_ peer: PeerID, at now: Moment, into outbox: inout [MeshAction]) {
        guard let gone = neighbors.removeValue(forKey: peer) else { return }
        missing.lost(peer, at: now.instant)
        // A branch of the tree is gone, on either side of it: another link is to join its parts.
        if gone.isEager { announcementShare.needed() }
        seekEager(least: max(1, eagerNeighbors.count + (gone.isEager ? 1 : 0)), into: &outbox)
        answered[peer] = nil
        if !gone.fetch.isIdle {
            forgetAsked(gone.fetch.request?.entries ?? [])
            // Others announced the same entries, and were not asked because this one was: a comparison finds them again.
            nextComparison = min(nextComparison, now.instant)
            isNextComparisonComplete = true
        }
        beginDueComparisons(at: now, into: &outbox)
        settle(at: now)
    }

    /// Begins the comparisons whose time has come, as long as not too many run.
    mutating func beginDueComparisons(at now: Moment, into outbox: inout [MeshAction]) {
        for peer in isComparisonDue(at: now.instant) ? neighborIDs : [] where sessionCount < settings.sessionCapacity {
            guard let neighbor = neighbors[peer], neighbor.comparisonDue <= now.instant, neighbor.session == nil else {
                continue
            }
            neighbors[peer]?.firstComparisonTries += 1
            beginComparison(with: peer, isComplete: !neighbor.isCompared, at: now, into: &outbox)
        }
        guard nextComparison <= now.instant else { return }
        scheduleComparison(at: now.instant)
        let linked = Array(exchanges.keys)
        if !linked.isEmpty { askForTally(linked[random.below(linked.count)], at: now.instant, into: &outbox) }
        guard sessionCount < settings.sessionCapacity else { return }
        let free = neighborIDs.filter { neighbors[$0]?.session == nil }
        guard !free.isEmpty else { return }
        let peer = free[random.below(free.count)]
        let isComplete = isNextComparisonComplete || neighbors[peer]?.isCompared == false
        isNextComparisonComplete = false
        beginComparison(with: peer, isComplete: isComplete, at: now, into: &outbox)
    }

    private mutating func scheduleComparison(at now: Instant) {
        let interval = random.jittered(settings.reconciliationInterval, percent: settings.reconciliationJitter)
        nextComparison = neighbors.isEmpty ? .distantFuture : now + interval
    }

    /// - Parameter isComplete: whether the comparison is about the newest entries too.
    private mutating func beginComparison(
        with peer: PeerID, isComplete: Bool, at now: Moment, into outbox: inout [MeshAction]
    ) {
        neighbors[peer]?.comparisonDue = .distantFuture
        guard !catalog.isPartial || neighbors[peer]?.abilities.comparesShards == true else {
            return endSession(with: peer)
        }
        let number = max(1, UInt32(truncatingIfNeeded: random.next()))
        let selection = catalog.selection
        counts.comparisons += 1
        begin(
            Session(
                number: number, items: catalog.items(of: selection, salt: number), selection: selection,
                isNarrowed: false, isComplete: isComplete, at: now.instant, settings: settings),
            with: peer, at: now, into: &outbox)
    }

    mutating func begin(_ session: Session, with peer: PeerID, at now: Moment, into outbox: inout [MeshAction]) {
        neighbors[peer]?.session = session
        let settled = RangeBound(timestamp: (now.wall - settings.settleTime).milliseconds)
        let opening = reconciler(of: session.items).shortOpening(below: session.isComplete ? .infinity : settled)
        send(session.question(opening), to: peer, into: &outbox)
    }

    private func reconciler(of items: CatalogItems) -> Reconciler {
        Reconciler(items.vector, frameLimit: GossipSettings.rangesLength)
    }

    // MARK: Answers

    /// Takes what is different: announces what the other side lacks, and finds out what this side lacks.
    mutating func conclude(
        _ ranges: [UInt8], session number: UInt32, from peer: PeerID, at now: Instant, into outbox: inout [MeshAction]
    ) {
        guard var session = neighbors[peer]?.session, session.number == number, session.step == .comparing else {
            return drop(.unexpectedAnswer, from: peer, into: &outbox)
        }
        guard let conclusion = try? reconciler(of: session.items).conclude(ranges) else {
            neighbors[peer]?.session = nil
            return drop(.malformedRanges, from: peer, into: &outbox)
        }
        if session.rounds == 1 && ranges.count == 1 { counts.equalComparisons += 1 }
        let having = session.items.summaries(of: conclusion.have.map(CatalogItems.shortID), in: catalog)
        for chunk in having.chunks(of: GossipSettings.summariesPerMessage) {
            send(.have(chunk), to: peer, into: &outbox)
        }
        // Nobody who keeps to the length of a message lists more; the next comparison would find them again.
        let lacking = conclusion.need.prefix(GossipSettings.summariesPerMessage).map(CatalogItems.shortID)
        if lacking.isEmpty {
            session.proceed(to: .fetching(next: conclusion.next), at: now, settings: settings)
        } else {
            session.proceed(to: .naming(count: lacking.count, next: conclusion.next), at: now, settings: settings)
            send(.lack(session: number, lacking), to: peer, into: &outbox)
        }
        neighbors[peer]?.session = session
        pursue(peer, at: now, into: &outbox)
    }

    /// Takes the summaries of what this side lacks.
    mutating func fetch(
        _ summaries: [EntrySummary], session number: UInt32, from peer: PeerID, at now: Instant,
        into outbox: inout [MeshAction]
    ) {
        guard var session = neighbors[peer]?.session, session.number == number,
            case .naming(let count, let next) = session.step
        else { return drop(.unexpectedAnswer, from: peer, into: &outbox) }
        guard summaries.count <= count else {
            neighbors[peer]?.session = nil
            return drop(.excessiveAnswer, from: peer, into: &outbox)
        }
        enqueue(summaries.filter { catalog.wants($0) }, from: peer, at: now, into: &outbox)
        session.proceed(to: .fetching(next: next), at: now, settings: settings)
        neighbors[peer]?.session = session
        pursue(peer, at: now, into: &outbox)
    }

    /// Goes on to the next ranges once everything that the last answer showed was fetched.
    mutating func goOnComparing(with peer: PeerID, at now: Instant, into outbox: inout [MeshAction]) {
        guard var session = neighbors[peer]?.session, case .fetching(let next) = session.step else { return }
        guard let next else { return endSession(with: peer) }
        guard session.rounds < settings.sessionRounds else {
            endSession(with: peer)
            return drop(.tooManyRounds, from: peer, into: &outbox)
        }
        session.proceed(to: .comparing, at: now, settings: settings)
        neighbors[peer]?.session = session
        send(session.question(next), to: peer, into: &outbox)
    }

    mutating func prolongSession(with peer: PeerID, at now: Instant) {
        guard var session = neighbors[peer]?.session, case .fetching = session.step else { return }
        session.proceed(to: session.step, at: now, settings: settings)
        neighbors[peer]?.session = session
    }

    mutating func endSession(with peer: PeerID) {
        neighbors[peer]?.session = nil
        neighbors[peer]?.isCompared = true
    }

    /// Gives up on answers that are overdue, and tries the first comparison of a link again.
    mutating func expireAnswers(at now: Instant) {
        guard isAnswerDue(at: now) else { return }
        for peer in neighborIDs {
            guard var neighbor = neighbors[peer], neighbor.answerDeadline <= now else { continue }
            counts.timeouts += 1
            let overdue = neighbor.fetch.expire(at: now)
            forgetAsked(overdue ?? [])
            if let session = neighbor.session, overdue != nil || session.deadline <= now {
                neighbor.session = nil
                retryFirstComparison(with: &neighbor, at: now)
            }
            neighbors[peer] = neighbor
        }
    }

    private func retryFirstComparison(with neighbor: inout Neighbor, at now: Instant) {
        guard !neighbor.isCompared, neighbor.firstComparisonTries < settings.firstComparisonTries else { return }
        neighbor.comparisonDue = now + settings.answerTimeout * neighbor.firstComparisonTries
    }
}
