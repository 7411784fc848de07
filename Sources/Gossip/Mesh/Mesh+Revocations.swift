import Overlay

// Revocations: whoever has one that a peer lacks sends it, at once when it is new and otherwise as soon as the peer
// has said which it has. They bring themselves from node to node; nobody asks for single ones.
extension Mesh {
    /// Whether this node has every revocation that `peer` has, as far as the peer has said. Until then nothing may be
    /// served or relayed for it.
    public func hasRevocations(of peer: PeerID) -> Bool {
        guard !revocations.roots.isEmpty else { return true }
        guard let tallies = exchanges[peer]?.tallies else { return false }
        return !revocations.lacksAny(of: tallies)
    }

    /// Takes revocations that came from outside the mesh: from the authority, or from the disk.
    /// - Returns: what became of each.
    public mutating func add(
        revocations statements: [[UInt8]], at now: Moment, into outbox: inout [MeshAction]
    ) -> [RevocationList.Acceptance] {
        let acceptances = revocations.accept(statements, at: now.own)
        var news: [Revocation] = []
        for case .new(let statement, let hasTwin) in acceptances {
            news.append(statement)
            if hasTwin { counts.revocationTwins += 1 }
        }
        spread(news, into: &outbox)
        settle(at: now)
        return acceptances
    }

    // MARK: Links

    /// A link to `peer` is up that both ends admitted. The first thing that both say to each other is which revocations they
    /// have.
    public mutating func linkUp(_ peer: PeerID, at now: Moment, into outbox: inout [MeshAction]) {
        guard peer != peerID, exchanges[peer] == nil, exchanges.count < settings.neighborCapacity else { return }
        exchanges[peer] = RevocationExchange()
        greetWithTally(peer, at: now.instant, into: &outbox)
        settle(at: now)
    }

    /// The link to `peer` is down.
    public mutating func linkDown(_ peer: PeerID, at now: Moment) {
        exchanges[peer] = nil
        settle(at: now)
    }

    // MARK: Telling

    private mutating func mayTell(_ peer: PeerID, cost: UInt64, at now: Instant) -> Bool {
        let settings = settings
        return exchanges[peer]?.answers.take(
            cost, burst: settings.answerBurst, interval: settings.answerInterval, at: now) ?? false
    }

    private mutating func greetWithTally(_ peer: PeerID, at now: Instant, into outbox: inout [MeshAction]) {
        guard !revocations.roots.isEmpty else { return }
        // A question: the other side may have told its own on a link before this one, which ended at this end only.
        tell(peer, isQuestion: true, at: now, into: &outbox)
        let overdue = now + settings.answerTimeout
        exchanges[peer]?.due = overdue
    }

    /// Compares with a peer besides what new links and new revocations bring.
    mutating func askForTally(_ peer: PeerID, at now: Instant, into outbox: inout [MeshAction]) {
        guard !revocations.roots.isEmpty else { return }
        tell(peer, isQuestion: true, at: now, into: &outbox)
    }

    /// Asks those again who have something that did not come, or have not said what they have.
    mutating func askForTallies(at now: Instant, into outbox: inout [MeshAction]) {
        for peer in Array(exchanges.keys) {
            guard let exchange = exchanges[peer], exchange.due <= now else { continue }
            guard revocations.hasGap || !hasRevocations(of: peer) else {
                exchanges[peer]?.due = .distantFuture
                continue
            }
            tell(peer, isQuestion: true, at: now, into: &outbox)
            awaitRevocations(of: peer, at: now)
        }
    }

    private mutating func tell(_ peer: PeerID, isQuestion: Bool, at now: Instant, into outbox: inout [MeshAction]) {
        exchanges[peer]?.talliedAt = now
        send(.tally(isQuestion: isQuestion, revocations.tallies), to: peer, into: &outbox)
    }

    /// A peer says what it has: it gets what it lacks.
    mutating func answer(
        _ tallies: [RevocationTally], isQuestion: Bool, from peer: PeerID, at now: Instant,
        into outbox: inout [MeshAction]
    ) {
        guard !revocations.roots.isEmpty else { return }
        exchanges[peer]?.tallies = tallies
        let missing = revocations.missing(in: tallies)
        guard mayTell(peer, cost: UInt64(1 + missing.count), at: now) else {
            return drop(.answerRate, from: peer, into: &outbox)
        }
        supply(missing, to: peer, into: &outbox)
        if isQuestion { tell(peer, isQuestion: false, at: now, into: &outbox) }
        awaitRevocations(of: peer, at: now)
    }

    /// Asks a peer again in a while when it has something that is not here.
    private mutating func awaitRevocations(of peer: PeerID, at now: Instant) {
        let due = hasRevocations(of: peer) ? .distantFuture : now + settings.answerTimeout
        exchanges[peer]?.due = due
    }

    private mutating func supply(_ statements: [Revocation], to peer: PeerID, into outbox: inout [MeshAction]) {
        for frame in GossipMessage.frames(of: statements.map(\.bytes)) {
            send(.revocations(frame), to: peer, into: &outbox)
        }
        for statement in statements { exchanges[peer]?.has(statement) }
    }

    // MARK: Hearing

    /// Takes a peer's revocations. The first forged one ends the reading: whoever passes one on checked none.
    mutating func take(
        revocations statements: [[UInt8]], from peer: PeerID, at now: Moment, into outbox: inout [MeshAction]
    ) {
        let settings = settings
        var news: [Revocation] = []
        reading: for bytes in statements {
            switch revocations.examine(bytes) {
            case .duplicate: counts.duplicates += 1
            case .refused(let refusal): drop(.revocation(refusal), from: peer, into: &outbox)
            case .candidate(let statement):
                let intake = exchanges[peer]?.intake
                guard
                    intake?.allows(burst: settings.intakeBurst, interval: settings.intakeInterval, at: now.instant)
                        == true
                else {
                    drop(.intakeRate, from: peer, into: &outbox)
                    break reading
                }
                guard case .new(_, let hasTwin) = revocations.admit(statement, at: now.own) else {
                    exchanges[peer]?.intake.spend(
                        settings.forgeryCost, interval: settings.intakeInterval, at: now.instant)
                    drop(.revocation(.forged), from: peer, into: &outbox)
                    break reading
                }
                if hasTwin { counts.revocationTwins += 1 }
                exchanges[peer]?.has(statement)
                news.append(statement)
            }
        }
        if !news.isEmpty { revocations.count() }
        spread(news, except: peer, into: &outbox)
        askForTheMissing(peer, at: now.instant)
    }

    /// What others have sent in vain, or not at all, is asked for at once, and then no sooner than an answer can be overdue.
    private mutating func askForTheMissing(_ peer: PeerID, at now: Instant) {
        guard revocations.hasGap, let exchange = exchanges[peer] else { return }
        let due = min(exchange.due, max(now, exchange.talliedAt + settings.answerTimeout))
        exchanges[peer]?.due = due
    }

    /// Acts on new revocations, and passes them on to all peers with a link that may lack them. A peer that has not yet said
    /// what it has gets them when it does.
    private mutating func spread(
        _ news: [Revocation], except source: PeerID? = nil, into outbox: inout [MeshAction]
    ) {
        guard !news.isEmpty else { return }
        counts.revocationsTaken += UInt64(news.count)
        for peer in Array(exchanges.keys) where peer != source {
            guard let tallies = exchanges[peer]?.tallies else { continue }
            supply(news.filter { !tallies.have($0) }, to: peer, into: &outbox)
        }
        // Last, so that whoever loses its link by this has been told before.
        outbox.append(.revoked(news))
        for change in catalog.bar(revocations.peers) { outbox.append(.changed(change)) }
    }
}

extension RevocationExchange {
    /// It has a statement, because it sent it or was sent it.
    fileprivate mutating func has(_ statement: Revocation) {
        guard var known = tallies else { return }
        if let index = known.firstIndex(where: { $0.root == statement.root }) {
            guard known[index].through == statement.number - 1 else { return }
            known[index].through = statement.number
        } else {
            guard statement.number == statement.contents.floor, known.count < GossipSettings.mostRoots else { return }
            known.append(
                RevocationTally(
                    root: statement.root, floor: statement.number, through: statement.number, hash: statement.id))
        }
        tallies = known
    }
}

extension [RevocationTally] {
    /// Whether somebody with these tallies has a statement, unless its number was given twice.
    fileprivate func have(_ statement: Revocation) -> Bool {
        contains { $0.root == statement.root && statement.number <= $0.through }
    }
}
