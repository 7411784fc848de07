import Overlay

// Anti-entropy: the digests first, then page by page. The side that begins does the comparing and keeps the state; the
// other side answers. What the beginner has and the answerer lacks is announced to it, so both sides end alike.
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

    /// A link to `peer` is up and both sides are admitted. The side with the lower id begins to compare at once.
    public mutating func neighborUp(_ peer: PeerID, at now: Moment, into outbox: inout [MeshAction]) {
        guard peer != peerID else { return }
        guard neighbors[peer] != nil || neighbors.count < settings.neighborCapacity else {
            return drop(.tooManyNeighbors, from: peer, into: &outbox)
        }
        let patience = peerID < peer ? TimeSpan.zero : settings.firstComparisonPatience
        neighbors[peer] = Neighbor(comparisonDue: now.instant + patience)
        // Before anything else is said: nothing is served or relayed for a neighbour until its revocations are known.
        greetWithTally(peer, at: now.instant, into: &outbox)
        if nextComparison == .distantFuture { scheduleComparison(at: now.instant) }
        beginDueComparisons(at: now.instant, into: &outbox)
        settle(at: now)
    }

    /// The link to `peer` is down; whatever was under way with it is over.
    public mutating func neighborDown(_ peer: PeerID, at now: Moment, into outbox: inout [MeshAction]) {
        guard let gone = neighbors.removeValue(forKey: peer) else { return }
        if !gone.fetch.isIdle {
            asked.turn()
            // Others announced the same entries, and were not asked because this one was: a comparison finds them again.
            nextComparison = min(nextComparison, now.instant + settings.firstComparisonPatience)
        }
        beginDueComparisons(at: now.instant, into: &outbox)
        settle(at: now)
    }

    /// Begins the comparisons whose time has come, as long as not too many run.
    mutating func beginDueComparisons(at now: Instant, into outbox: inout [MeshAction]) {
        for peer in isComparisonDue(at: now) ? neighborIDs : [] where sessionCount < settings.sessionCapacity {
            guard let neighbor = neighbors[peer], neighbor.comparisonDue <= now, neighbor.session == nil else {
                continue
            }
            neighbors[peer]?.firstComparisonTries += 1
            beginComparison(with: peer, at: now, into: &outbox)
        }
        guard nextComparison <= now else { return }
        scheduleComparison(at: now)
        if !neighborIDs.isEmpty { askForTally(neighborIDs[random.below(neighborIDs.count)], at: now, into: &outbox) }
        guard sessionCount < settings.sessionCapacity else { return }
        let free = neighborIDs.filter { neighbors[$0]?.session == nil }
        if !free.isEmpty { beginComparison(with: free[random.below(free.count)], at: now, into: &outbox) }
    }

    private mutating func scheduleComparison(at now: Instant) {
        let interval = random.jittered(settings.reconciliationInterval, percent: settings.reconciliationJitter)
        nextComparison = neighbors.isEmpty ? .distantFuture : now + interval
    }

    private mutating func beginComparison(with peer: PeerID, at now: Instant, into outbox: inout [MeshAction]) {
        let session = Session(number: nextNumber(), at: now, settings: settings)
        neighbors[peer]?.session = session
        neighbors[peer]?.comparisonDue = .distantFuture
        counts.comparisons += 1
        send(.compare(session: session.number, catalog.digest()), to: peer, into: &outbox)
    }

    // MARK: The side that answers

    mutating func answer(
        session: UInt32, about digest: CatalogDigest, from peer: PeerID, at now: Instant,
        into outbox: inout [MeshAction]
    ) {
        guard mayAnswer(peer, cost: settings.pageCost, at: now) else {
            return drop(.answerRate, from: peer, into: &outbox)
        }
        neighbors[peer]?.isCompared = true
        neighbors[peer]?.comparisonDue = .distantFuture
        if digest == catalog.digest() {
            send(.equal(session: session), to: peer, into: &outbox)
        } else {
            sendPage(from: 0, session: session, to: peer, into: &outbox)
        }
    }

    mutating func answer(
        session: UInt32, pageFrom key: UInt64, from peer: PeerID, at now: Instant, into outbox: inout [MeshAction]
    ) {
        guard mayAnswer(peer, cost: settings.pageCost, at: now) else {
            return drop(.answerRate, from: peer, into: &outbox)
        }
        sendPage(from: key, session: session, to: peer, into: &outbox)
    }

    private mutating func sendPage(
        from key: UInt64, session: UInt32, to peer: PeerID, into outbox: inout [MeshAction]
    ) {
        let page = catalog.page(from: key, limit: GossipSettings.summariesPerMessage)
        send(.page(session: session, page), to: peer, into: &outbox)
    }

    // MARK: The side that began

    mutating func endEqual(_ number: UInt32, from peer: PeerID, into outbox: inout [MeshAction]) {
        guard let session = neighbors[peer]?.session, session.number == number, session.step == .comparing else {
            return drop(.unexpectedAnswer, from: peer, into: &outbox)
        }
        counts.equalComparisons += 1
        endSession(with: peer)
    }

    mutating func compare(
        _ page: SummaryPage, session number: UInt32, from peer: PeerID, at now: Instant,
        into outbox: inout [MeshAction]
    ) {
        guard var session = neighbors[peer]?.session, session.number == number, session.expectedPage == page.from
        else { return drop(.unexpectedAnswer, from: peer, into: &outbox) }
        guard page.isConsistent else {
            neighbors[peer]?.session = nil
            return drop(.malformedPage, from: peer, into: &outbox)
        }
        let (wanted, lacking) = catalog.differences(from: page)
        enqueue(wanted, from: peer, at: now, into: &outbox)
        for chunk in lacking.chunks(of: GossipSettings.summariesPerMessage) {
            send(.have(chunk), to: peer, into: &outbox)
        }
        session.proceed(to: .fetching(next: page.isLast ? nil : page.through &+ 1), at: now, settings: settings)
        neighbors[peer]?.session = session
        pursue(peer, at: now, into: &outbox)
    }

    /// Goes on to the next page once everything that the last one showed was fetched.
    mutating func turnPage(with peer: PeerID, at now: Instant, into outbox: inout [MeshAction]) {
        guard var session = neighbors[peer]?.session, case .fetching(let next) = session.step else { return }
        guard let next else { return endSession(with: peer) }
        session.proceed(to: .turning(from: next), at: now, settings: settings)
        neighbors[peer]?.session = session
        send(.turn(session: session.number, from: next), to: peer, into: &outbox)
    }

    mutating func prolongSession(with peer: PeerID, at now: Instant) {
        guard var session = neighbors[peer]?.session, case .fetching = session.step else { return }
        session.proceed(to: session.step, at: now, settings: settings)
        neighbors[peer]?.session = session
    }

    private mutating func endSession(with peer: PeerID) {
        neighbors[peer]?.session = nil
        neighbors[peer]?.isCompared = true
    }

    /// Gives up on answers that are overdue, and tries the first comparison of a link again.
    mutating func expireAnswers(at now: Instant) {
        guard isAnswerDue(at: now) else { return }
        for peer in neighborIDs {
            guard var neighbor = neighbors[peer], neighbor.answerDeadline <= now else { continue }
            counts.timeouts += 1
            let isFetchOverdue = neighbor.fetch.expire(at: now)
            if isFetchOverdue { asked.turn() }
            if let session = neighbor.session, isFetchOverdue || session.deadline <= now {
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
