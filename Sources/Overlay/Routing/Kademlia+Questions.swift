/// Asking: over a link when there is one, by datagram when there is none, after a dial when datagrams do not pass.
extension Kademlia {
    /// Whether a question is on its way.
    enum AskOutcome: Hashable {
        /// Sent, or waiting for a link.
        case asked
        /// Too much is under way already; counts as a failure that says nothing about the peer.
        case refused
    }

    mutating func ask(
        _ question: Question, of record: ContactRecord, at now: Moment, into actions: inout [KademliaAction]
    ) -> AskOutcome {
        guard links[record.peer] == nil else { return send(question, to: record.peer, at: now, into: &actions) }
        guard !question.isRetry else { return askWithoutLink(question, of: record, at: now, into: &actions) }
        if mayGoByDatagram(question, to: record.peer, at: now.instant),
            let endpoint = timing.datagramEndpoint(of: record, at: now.instant)
        {
            return askByDatagram(question, of: record, at: endpoint, at: now, into: &actions)
        }
        return askByDialing(question, of: record, at: now, into: &actions)
    }

    /// Asks a peer to which no link is to be had now: by datagram, even if none has passed to it yet. It may have been away, or
    /// this node.
    private mutating func askWithoutLink(
        _ question: Question, of record: ContactRecord, at now: Moment, into actions: inout [KademliaAction]
    ) -> AskOutcome {
        guard mayGoByDatagram(question, to: record.peer, at: now.instant),
            let endpoint = timing.lastResort(of: record, at: now.instant)
        else { return .refused }
        return askByDatagram(question, of: record, at: endpoint, at: now, into: &actions)
    }

    /// Asks what waited for a link otherwise, once.
    mutating func askOtherwise(
        _ dial: PendingDial, at now: Moment, into actions: inout [KademliaAction]
    ) {
        for var question in dial.questions {
            let mayRepeat = !question.isRepeated
            question.isRepeated = true
            if mayRepeat, askWithoutLink(question, of: dial.record, at: now, into: &actions) == .asked { continue }
            giveUp([question], peer: dial.record.peer, at: now, into: &actions)
        }
    }

    /// An advertisement needs a session that is there already.
    private func mayGoByDatagram(_ question: Question, to peer: PeerID, at now: Instant) -> Bool {
        question.fitsInDatagram && (question.mayBeFirst || knows(peer, at: now))
    }

    mutating func askByDialing(
        _ question: Question, of record: ContactRecord, at now: Moment, into actions: inout [KademliaAction]
    ) -> AskOutcome {
        if let waiting = dials[record.peer] {
            guard waiting.questions.count < PendingDial.questionLimit else { return .refused }
            dials[record.peer]?.questions.append(question)
            return .asked
        }
        guard dials.count < settings.dials else { return .refused }
        let deadline = now.instant + settings.dialTimeout
        dials[record.peer] = PendingDial(record: record, questions: [question], deadline: deadline)
        actions.append(.connect(record.contact))
        return .asked
    }

    mutating func send(
        _ question: Question, to peer: PeerID, at now: Moment, into actions: inout [KademliaAction]
    ) -> AskOutcome {
        guard questions.count < settings.questions else { return .refused }
        let request = nextRequest()
        let patience =
            doubling(question, to: peer, at: now.instant).map {
                timing.patience(with: $0.record, at: now.instant).place
            }
        questions[request] = PendingQuestion(
            question: question, peer: peer, sentAt: now.instant,
            deadline: now.instant + (patience ?? settings.answerTimeout))
        actions.append(.send(question.message(request), to: peer))
        return .asked
    }

    mutating func expireQuestions(at now: Moment, into actions: inout [KademliaAction]) {
        let isAnyDue = questions.withValues { values in
            values.indices.contains { values[$0].deadline <= now.instant }
        }
        guard isAnyDue else { return }
        for (request, pending) in questions where pending.deadline <= now.instant {
            switch pending.way {
            case .link:
                guard !double(request, pending, at: now, into: &actions) else { continue }
                questions.removeValue(forKey: request)
                noteFailure(of: pending.peer, at: now)
                giveUp([pending.question], peer: pending.peer, at: now, into: &actions)
            case .datagram where pending.isOver:
                questions.removeValue(forKey: request)
                giveUp([pending.question], peer: pending.peer, at: now, into: &actions)
            case .datagram:
                datagramIsLate(request, pending, at: now, into: &actions)
            }
        }
    }

    /// Where a question goes that a link does not carry in time: the link may have ended at its other side only, and TCP waits
    /// long before it sends again what was lost. Nil when it can only wait.
    private func doubling(
        _ question: Question, to peer: PeerID, at now: Instant
    ) -> (record: ContactRecord, endpoint: UDPEndpoint)? {
        guard question.mayBeFirst, question.purpose != .greeting, let record = peers.record(of: peer),
            let endpoint = timing.datagramEndpoint(of: record, at: now)
        else { return nil }
        return (record, endpoint)
    }

    /// Sends by datagram what has waited for a link. False when that was done before, or cannot be.
    private mutating func double(
        _ request: UInt32, _ pending: PendingQuestion, at now: Moment, into actions: inout [KademliaAction]
    ) -> Bool {
        guard !pending.isDoubled, now.instant.since(pending.sentAt) < settings.answerTimeout,
            let (record, endpoint) = doubling(pending.question, to: pending.peer, at: now.instant)
        else { return false }
        let deadline = now.instant + timing.timeout(of: pending.peer)
        questions[request]?.way = .datagram(record, endpoint, tries: 1)
        questions[request]?.isDoubled = true
        questions[request]?.deadline = deadline
        let isFirst = !knows(pending.peer, at: now.instant)
        actions.append(.ask(pending.question.message(request), of: pending.peer, at: endpoint, isFirst: isFirst))
        return true
    }

    mutating func expireDials(at now: Moment, into actions: inout [KademliaAction]) {
        let expired = dials.filter { $0.value.deadline <= now.instant }
        for peer in expired.keys { dialFailed(peer, at: now, into: &actions) }
    }

    /// The peer did not do what it was asked: it loses standing, and is not tried again soon.
    mutating func noteFailure(of peer: PeerID, at now: Moment) {
        failures.note(peer, at: now.instant)
        guard let ref = peers.ref(of: peer) else { return }
        peers.retain(ref)
        _ = table.markFailed(ref, at: now.instant, peers: &peers)
        candidates.remove(ref, table: &peers)
        peers.release(ref)
    }

    /// Tells whoever asked these questions that `peer` will not answer.
    mutating func giveUp(
        _ questions: [Question], peer: PeerID, at now: Moment, into actions: inout [KademliaAction]
    ) {
        let key = NodeKey(peer)
        for question in questions {
            switch question.purpose {
            case .lookup(let handle):
                lookups[handle]?.search.failed(key)
                advance(handle, at: now, into: &actions)
            case .placement:
                placementFailed(question, registrar: peer, at: now, into: &actions)
            case .search(let id):
                searches[id]?.failed(peer)
                advance(id, at: now, into: &actions)
            case .greeting, .check, .trial, .refresh:
                break
            }
        }
    }
}

extension Question {
    /// Whether a session has room for it; first packets are for questions without an advertisement.
    var fitsInDatagram: Bool {
        guard case .place = subject else { return true }
        return message(0).encode().readableBytes <= DatagramLimits.message
    }

    /// Whether a first packet has room for it, which may begin a session.
    var mayBeFirst: Bool {
        if case .place = subject { false } else { true }
    }

    func message(_ request: UInt32) -> KademliaMessage {
        switch subject {
        case .nodes:
            .findNode(request: request, target: target, count: count, skip: skip)
        case .ticket:
            .askTicket(request: request, topic: target)
        case .place(let ticket, let advertisement):
            .register(request: request, topic: target, ticket: ticket, advertisement: advertisement)
        case .withdrawal(let tombstone):
            .register(request: request, topic: target, ticket: .none, advertisement: tombstone)
        case .advertisements:
            .findAdvertisements(request: request, topic: target, count: count, skip: skip)
        }
    }
}
