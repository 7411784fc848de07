/// What peers say.
extension Kademlia {
    /// Takes one message from a peer, over a link.
    public mutating func receive(
        _ message: KademliaMessage, from peer: PeerID, at now: Moment, into actions: inout [KademliaAction]
    ) {
        guard links[peer] != nil else {
            actions.append(.drop(.notAdmitted, from: peer))
            return
        }
        wasHeard(peer, at: now, into: &actions)
        cameOverLink(message, from: peer)
        switch message {
        case .findNode(let request, let target, let count, let skip):
            guard takeLinkAllowance(of: peer, at: now, into: &actions) else { return }
            let nearest = nearest(to: target, count: count, skip: skip, for: peer, at: now)
            actions.append(.send(.nodes(request: request, records: nearest), to: peer))
        case .nodes(let request, let records, let hasMore):
            receiveNodes(records, hasMore, request: request, from: peer, at: now, into: &actions)
        case .contact(let record):
            receiveContact(record, from: peer, at: now, into: &actions)
        case .askTicket, .register, .findAdvertisements:
            guard takeLinkAllowance(of: peer, at: now, into: &actions) else { return }
            answerHost(
                message, from: peer, .link, room: KademliaMessage.maximumLength, at: now, into: &actions)
        case .registration, .advertisements:
            receiveAnswer(message, from: peer, at: now, into: &actions)
        case .askDialBack, .dialBack:
            // They are about datagrams, and come in datagrams only.
            actions.append(.drop(.unsolicited, from: peer))
        }
    }

    /// What was asked twice is answered the way that this one came.
    private mutating func cameOverLink(_ answer: KademliaMessage, from peer: PeerID) {
        guard let request = answer.answered, let pending = questions[request], pending.isDoubled, pending.peer == peer
        else { return }
        questions[request]?.way = .link
    }

    /// Word from a peer that did not answer lately is a reason to ask it, whatever it said; those that answer are checked by
    /// the table's schedule alone, which nobody else sets.
    mutating func wasHeard(_ peer: PeerID, at now: Moment, into actions: inout [KademliaAction]) {
        failures.forget(peer)
        guard let ref = peers.ref(of: peer), let entry = table.entry(ref, peers: peers), !entry.isLive,
            now.instant.since(entry.lastTried) >= settings.suspectPause, isUnder(settings.checks, .check)
        else { return }
        table.markTried(ref, at: now.instant, peers: peers)
        check(ref, at: now, into: &actions)
    }

    private mutating func takeLinkAllowance(
        of peer: PeerID, at now: Moment, into actions: inout [KademliaAction]
    ) -> Bool {
        guard links[peer]?.allowance.take(at: now.instant) != true else { return true }
        actions.append(.drop(.tooManyQuestions, from: peer))
        return false
    }

    /// Takes a contact record from elsewhere than an answer: from disk, an invitation, a catalog entry. Its peer becomes
    /// a candidate.
    public mutating func learned(
        _ record: [UInt8], from source: PeerID?, at now: Moment, into actions: inout [KademliaAction]
    ) {
        guard let record = accept(record, from: source, at: now, into: &actions) else { return }
        consider(record, at: now)
    }

    /// What `peer` is told about a key.
    func nearest(to target: NodeKey, count: Int, skip: Int, for peer: PeerID, at now: Moment) -> [[UInt8]] {
        let asker = peers.ref(of: peer)
        let most = KademliaMessage.maximumRecords
        let (count, skip) = (min(max(count, 0), most), min(max(skip, 0), most))
        guard count > 0 else { return [] }
        let nearest = table.closest(to: target, count: count + skip, peers: peers) { entry in
            entry.isLive && entry.peer != asker && isCurrent(peers[entry.peer], at: now.wall)
        }
        return nearest.dropFirst(skip).map { peers[$0].bytes }
    }

    mutating func receiveNodes(
        _ records: [[UInt8]], _ hasMore: Bool, request: UInt32, from peer: PeerID, at now: Moment,
        into actions: inout [KademliaAction]
    ) {
        guard let pending = answeredQuestion(request, .nodes, from: peer, into: &actions) else { return }
        let named = acceptAll(records.prefix(pending.question.count), from: peer, at: now, into: &actions)
        noteAnswer(to: pending, at: now, into: &actions)
        let news = named.filter { consider($0, at: now) }
        if hasMore, isWorthRest(pending, after: named.last?.key) {
            askForRest(pending, after: records.count, at: now, into: &actions)
        }
        switch pending.question.purpose {
        case .lookup(.contact(let peer)) where named.contains { $0.peer == peer }:
            guard lookups.removeValue(forKey: .contact(peer)) != nil else { return }
            for record in named where record.peer == peer { actions.append(.contactFound(record.contact)) }
        case .lookup(let handle):
            if NodeKey(peer) == pending.question.target, lookups[handle]?.foundAt == nil {
                lookups[handle]?.foundAt = now.instant
            }
            let (links, failures) = (links, failures)
            lookups[handle]?.search.answered(NodeKey(peer), about: pending.question.target, with: named) { record in
                links[record.peer] == nil && failures.contains(record.peer, at: now.instant)
            }
            advance(handle, at: now, into: &actions)
        case .refresh where !news.isEmpty:
            startUpkeepLookup(pending.question.target, at: now, into: &actions)
        case .greeting where !upkeep.hasJoined && !isSearchingOwnKey:
            upkeep.joinAt = now.instant
            keepUp(at: now, into: &actions)
        case .greeting, .check, .trial, .refresh, .placement, .search:
            break
        }
    }

    /// Whether an answer that is not whole is to be completed.
    private func isWorthRest(_ pending: PendingQuestion, after last: NodeKey?) -> Bool {
        guard case .lookup(let handle) = pending.question.purpose, let last else { return true }
        return lookups[handle]?.search.wantsRest(of: NodeKey(pending.peer), after: last) ?? false
    }

    /// The question that an answer belongs to, which is answered by it.
    mutating func answeredQuestion(
        _ request: UInt32, _ form: Question.Form, from peer: PeerID, into actions: inout [KademliaAction]
    ) -> PendingQuestion? {
        guard let pending = questions[request], pending.peer == peer, pending.question.form == form else {
            actions.append(.drop(.unsolicited, from: peer))
            return nil
        }
        questions.removeValue(forKey: request)
        return pending
    }

    /// What an answer says about the peer: that it is there.
    mutating func noteAnswer(
        to pending: PendingQuestion, at now: Moment, into actions: inout [KademliaAction]
    ) {
        switch pending.way {
        case .link:
            hasAnswered(pending.peer, roundTrip: now.instant.since(pending.sentAt), at: now, into: &actions)
        case .datagram:
            hasAnswered(pending, at: now, into: &actions)
        }
    }

    /// A peer's own contact, which only it may tell here.
    mutating func receiveContact(
        _ bytes: [UInt8], from peer: PeerID, at now: Moment, into actions: inout [KademliaAction]
    ) {
        guard let record = accept(bytes, from: peer, at: now, into: &actions) else { return }
        guard record.peer == peer else {
            actions.append(.drop(.foreignContact, from: peer))
            return
        }
        guard hold(record) else {
            actions.append(.drop(.peerTableFull, from: peer))
            return
        }
        guard let link = links[peer], link.hasAnswered, let ref = link.contact else { return }
        offer(ref, roundTrip: link.roundTrip ?? .zero, at: now, into: &actions)
    }

    private mutating func hasAnswered(
        _ peer: PeerID, roundTrip: TimeSpan, at now: Moment, into actions: inout [KademliaAction]
    ) {
        failures.forget(peer)
        let isFirst = knowsNobody
        links[peer]?.hasAnswered = true
        links[peer]?.roundTrip = roundTrip
        guard let ref = peers.ref(of: peer) else { return }
        offer(ref, roundTrip: roundTrip, at: now, into: &actions)
        if isFirst { firstPeerCame(at: now) }
    }

    mutating func offer(
        _ ref: PeerRef, roundTrip: TimeSpan, at now: Moment, into actions: inout [KademliaAction]
    ) {
        let wasEmpty = table.isEmpty
        let outcome = table.insert(ref, roundTrip: roundTrip, at: now.instant, peers: &peers)
        candidates.remove(ref, table: &peers)
        if wasEmpty, !table.isEmpty { firstPeerCame(at: now) }
        switch outcome {
        case .inserted, .updated, .cached, .refused:
            break
        case .full(let oldest):
            check(oldest, at: now, into: &actions)
        }
    }
}
