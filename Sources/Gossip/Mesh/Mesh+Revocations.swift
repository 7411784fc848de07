import Overlay

// Revocations: whoever has one that a neighbour lacks sends it, at once when it is new and otherwise as soon as the neighbour
// has said which it has. They bring themselves from node to node; nobody asks for single ones.
extension Mesh {
    /// Whether this node has every revocation that `peer` has, as far as the neighbour has said. Until then nothing may be
    /// served or relayed for it.
    public func hasRevocations(of peer: PeerID) -> Bool {
        guard !revocations.roots.isEmpty else { return true }
        guard let tallies = neighbors[peer]?.tallies else { return false }
        return !revocations.lacksAny(of: tallies)
    }

    /// Takes revocations that came from outside the mesh: from the authority, or from the disk.
    /// - Returns: what became of each.
    public mutating func add(
        revocations statements: [[UInt8]], at now: Moment, into outbox: inout [MeshAction]
    ) -> [RevocationList.Acceptance] {
        let acceptances = revocations.accept(statements, at: now.wall)
        var news: [Revocation] = []
        for case .new(let statement, let hasTwin) in acceptances {
            news.append(statement)
            if hasTwin { counts.revocationTwins += 1 }
        }
        spread(news, into: &outbox)
        settle(at: now)
        return acceptances
    }

    // MARK: Telling

    /// The first thing that neighbours say to each other.
    mutating func greetWithTally(_ peer: PeerID, at now: Instant, into outbox: inout [MeshAction]) {
        guard !revocations.roots.isEmpty else { return }
        tell(peer, isQuestion: false, at: now, into: &outbox)
        let overdue = now + settings.answerTimeout
        neighbors[peer]?.tallyDue = overdue
    }

    /// Compares with a neighbour besides what new links and new revocations bring.
    mutating func askForTally(_ peer: PeerID, at now: Instant, into outbox: inout [MeshAction]) {
        guard !revocations.roots.isEmpty else { return }
        tell(peer, isQuestion: true, at: now, into: &outbox)
    }

    /// Asks those again who have something that did not come, or have not said what they have.
    mutating func askForTallies(at now: Instant, into outbox: inout [MeshAction]) {
        for peer in neighborIDs {
            guard let neighbor = neighbors[peer], neighbor.tallyDue <= now else { continue }
            guard revocations.hasGap || !hasRevocations(of: peer) else {
                neighbors[peer]?.tallyDue = .distantFuture
                continue
            }
            tell(peer, isQuestion: true, at: now, into: &outbox)
            awaitRevocations(of: peer, at: now)
        }
    }

    private mutating func tell(_ peer: PeerID, isQuestion: Bool, at now: Instant, into outbox: inout [MeshAction]) {
        neighbors[peer]?.talliedAt = now
        send(.tally(isQuestion: isQuestion, revocations.tallies), to: peer, into: &outbox)
    }

    /// A neighbour says what it has: it gets what it lacks.
    mutating func answer(
        _ tallies: [RevocationTally], isQuestion: Bool, from peer: PeerID, at now: Instant,
        into outbox: inout [MeshAction]
    ) {
        guard !revocations.roots.isEmpty else { return }
        neighbors[peer]?.tallies = tallies
        let missing = revocations.missing(in: tallies)
        guard mayAnswer(peer, cost: UInt64(1 + missing.count), at: now) else {
            return drop(.answerRate, from: peer, into: &outbox)
        }
        supply(missing, to: peer, into: &outbox)
        if isQuestion { tell(peer, isQuestion: false, at: now, into: &outbox) }
        awaitRevocations(of: peer, at: now)
    }

    /// Asks a neighbour again in a while when it has something that is not here.
    private mutating func awaitRevocations(of peer: PeerID, at now: Instant) {
        let due = hasRevocations(of: peer) ? .distantFuture : now + settings.answerTimeout
        neighbors[peer]?.tallyDue = due
    }

    private mutating func supply(_ statements: [Revocation], to peer: PeerID, into outbox: inout [MeshAction]) {
        for frame in GossipMessage.frames(of: statements.map(\.bytes)) {
            send(.revocations(frame), to: peer, into: &outbox)
        }
        for statement in statements { neighbors[peer]?.has(statement) }
    }

    // MARK: Hearing

    /// Takes a neighbour's revocations. The first forged one ends the reading: whoever passes one on checked none.
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
                let intake = neighbors[peer]?.intake
                guard
                    intake?.allows(burst: settings.intakeBurst, interval: settings.intakeInterval, at: now.instant)
                        == true
                else {
                    drop(.intakeRate, from: peer, into: &outbox)
                    break reading
                }
                guard case .new(_, let hasTwin) = revocations.admit(statement, at: now.wall) else {
                    neighbors[peer]?.intake.spend(
                        settings.forgeryCost, interval: settings.intakeInterval, at: now.instant)
                    drop(.revocation(.forged), from: peer, into: &outbox)
                    break reading
                }
                if hasTwin { counts.revocationTwins += 1 }
                neighbors[peer]?.has(statement)
                news.append(statement)
            }
        }
        if !news.isEmpty { revocations.count() }
        spread(news, except: peer, into: &outbox)
        askForTheMissing(peer, at: now.instant)
    }

    /// What others have sent in vain, or not at all, is asked for at once, and then no sooner than an answer can be overdue.
    private mutating func askForTheMissing(_ peer: PeerID, at now: Instant) {
        guard revocations.hasGap, let neighbor = neighbors[peer] else { return }
        let due = min(neighbor.tallyDue, max(now, neighbor.talliedAt + settings.answerTimeout))
        neighbors[peer]?.tallyDue = due
    }

    /// Acts on new revocations, and passes them on to all neighbours that may lack them. A neighbour that has not yet said
    /// what it has gets them when it does.
    private mutating func spread(
        _ news: [Revocation], except source: PeerID? = nil, into outbox: inout [MeshAction]
    ) {
        guard !news.isEmpty else { return }
        counts.revocationsTaken += UInt64(news.count)
        for peer in neighborIDs where peer != source {
            guard let tallies = neighbors[peer]?.tallies else { continue }
            supply(news.filter { !tallies.have($0) }, to: peer, into: &outbox)
        }
        // Last, so that whoever loses its link by this has been told before.
        outbox.append(.revoked(news))
        for change in catalog.bar(revocations.peers) { outbox.append(.changed(change)) }
    }
}

extension Neighbor {
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
