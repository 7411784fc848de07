/// What the node does without being asked: join, refresh, try candidates, check the table, renew its contact.
extension Kademlia {
    /// When what is due.
    struct Upkeep: Sendable {
        /// Whether a search for the node's own key has found somebody since the table was last empty.
        var hasJoined = false
        /// The next search for the node's own key while it has not joined.
        var joinAt = Instant.zero
        /// Vain searches in a row.
        var joinTries: UInt64 = 0
        /// The next refresh of each bucket, up to the deepest in use.
        var refreshAt: [Instant] = []
        /// The next refresh of the node's own neighbourhood.
        var refreshOwnAt = Instant.distantFuture
        /// No candidate is tried before this.
        var tryAt = Instant.zero
        /// The contact record is to be renewed.
        var renewAt = Instant.zero
        /// Lookups of its own so far; names them.
        var lookups: UInt64 = 0
    }

    var upkeepDeadline: Instant {
        var earliest = min(upkeep.renewAt, upkeep.refreshOwnAt)
        if !upkeep.hasJoined { earliest = min(earliest, upkeep.joinAt) }
        for time in upkeep.refreshAt { earliest = min(earliest, time) }
        if !candidates.peers.isEmpty { earliest = min(earliest, upkeep.tryAt) }
        if isUnder(settings.checks, .check) { earliest = min(earliest, table.soonestCheck) }
        return earliest
    }

    /// A search for the node's own key is under way.
    var isSearchingOwnKey: Bool { lookups.values.contains { $0.search.target == own.key } }

    mutating func keepUp(at now: Moment, into actions: inout [KademliaAction]) {
        renew(at: now, into: &actions)
        join(at: now, into: &actions)
        refresh(at: now, into: &actions)
        tryCandidate(at: now, into: &actions)
        checkTable(at: now, into: &actions)
    }

    /// The owner has signed the node's contact anew, because it was asked to or because the addresses changed. Everybody
    /// with a link is told.
    public mutating func contactRenewed(
        _ record: ContactRecord, at now: Moment, into actions: inout [KademliaAction]
    ) {
        precondition(record.peer == own.peer, "a node has one key")
        guard record.isNewer(than: own) else { return }
        let isClientNow = isServer && !record.contact.roles.contains(.server)
        own = record
        verified.insert(record, for: record.peer)
        upkeep.renewAt = now.instant
        for peer in links.keys { actions.append(.send(.contact(record: record.bytes), to: peer)) }
        if isClientNow { tellNearest(at: now, into: &actions) }
        renew(at: now, into: &actions)
    }

    mutating func hasJoined(at now: Moment) {
        guard !upkeep.hasJoined, !table.isEmpty else { return }
        upkeep.hasJoined = true
        upkeep.joinTries = 0
        upkeep.refreshOwnAt = now.instant + random.jittered(settings.refreshInterval, percent: 25)
        upkeep.refreshAt = (0..<table.depth).map { bucket in
            now.instant + settings.joinInterval * UInt64(bucket)
        }
    }

    mutating func postponeRefresh(ofBucket bucket: Int, at now: Instant) {
        guard upkeep.refreshAt.indices.contains(bucket) else { return }
        upkeep.refreshAt[bucket] = now + random.jittered(settings.refreshInterval, percent: 25)
    }

    /// Asks a peer of the table whether it still answers.
    mutating func check(_ peer: PeerRef, at now: Moment, into actions: inout [KademliaAction]) {
        let question = Question(purpose: .check, target: own.key, count: 0)
        _ = ask(question, of: peers[peer], at: now, into: &actions)
    }

    /// Calendar time may jump, so the deadline on the monotonic clock is worked out again at every wake.
    private mutating func renew(at now: Moment, into actions: inout [KademliaAction]) {
        let renewsAt = own.contact.renewsAt
        guard renewsAt <= now.wall else {
            upkeep.renewAt = now.instant + renewsAt.since(now.wall)
            return
        }
        guard upkeep.renewAt <= now.instant else { return }
        upkeep.renewAt = now.instant + settings.renewalRetry
        actions.append(.renewContact(sequence: own.contact.sequence &+ 1))
    }

    private mutating func join(at now: Moment, into actions: inout [KademliaAction]) {
        if upkeep.hasJoined, table.isEmpty {
            upkeep.hasJoined = false
            upkeep.refreshOwnAt = .distantFuture
            upkeep.joinAt = now.instant
        }
        guard !upkeep.hasJoined, upkeep.joinAt <= now.instant else { return }
        let pause = min(settings.joinInterval * (1 << min(upkeep.joinTries, 16)), settings.joinIntervalLimit)
        upkeep.joinAt = now.instant + random.jittered(pause, percent: 25)
        upkeep.joinTries += 1
        guard !seeds(for: own.key, at: now).isEmpty else { return }
        startUpkeepLookup(own.key, at: now, into: &actions)
    }

    private mutating func refresh(at now: Moment, into actions: inout [KademliaAction]) {
        guard upkeep.hasJoined else { return }
        while upkeep.refreshAt.count < table.depth {
            upkeep.refreshAt.append(now.instant + random.jittered(settings.refreshInterval, percent: 25))
        }
        upkeep.refreshAt.removeLast(upkeep.refreshAt.count - table.depth)
        for bucket in upkeep.refreshAt.indices where upkeep.refreshAt[bucket] <= now.instant {
            postponeRefresh(ofBucket: bucket, at: now.instant)
            probe(table.refreshTarget(bucket: bucket, random: &random), at: now, into: &actions)
        }
        guard upkeep.refreshOwnAt <= now.instant else { return }
        upkeep.refreshOwnAt = now.instant + random.jittered(settings.refreshInterval, percent: 25)
        probe(own.key, at: now, into: &actions)
    }

    /// One question to the peer nearest to `target`; a lookup follows when it names somebody new.
    private mutating func probe(_ target: NodeKey, at now: Moment, into actions: inout [KademliaAction]) {
        guard let peer = table.closest(to: target, count: 1, peers: peers, where: \.isLive).first else { return }
        let question = Question(purpose: .refresh, target: target, count: settings.refreshCount)
        _ = ask(question, of: peers[peer], at: now, into: &actions)
    }

    /// Dials one candidate whose bucket has room and asks it for a sign of life. Candidates with a link were greeted.
    private mutating func tryCandidate(at now: Moment, into actions: inout [KademliaAction]) {
        guard upkeep.tryAt <= now.instant else { return }
        while let ref = candidates.peers.first {
            let record = peers[ref]
            candidates.remove(ref, table: &peers)
            guard let bucket = table.bucket(of: record.key), table.hasRoom(inBucket: bucket),
                links[record.peer] == nil, isCurrent(record, at: now.wall)
            else { continue }
            upkeep.tryAt = now.instant + settings.candidateInterval
            _ = ask(Question(purpose: .trial, target: own.key, count: 0), of: record, at: now, into: &actions)
            return
        }
    }

    private mutating func checkTable(at now: Moment, into actions: inout [KademliaAction]) {
        while isUnder(settings.checks, .check), case .check(let peer) = table.nextCheck(at: now.instant) {
            check(peer, at: now, into: &actions)
        }
    }

    /// Whether fewer than `limit` questions of one purpose are under way.
    func isUnder(_ limit: Int, _ purpose: Question.Purpose) -> Bool {
        let sent = questions.values.count { $0.question.purpose == purpose }
        let waiting = dials.values.count { dial in dial.questions.contains { $0.purpose == purpose } }
        return sent + waiting < limit
    }
}
