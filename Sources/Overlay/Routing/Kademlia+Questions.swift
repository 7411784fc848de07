/// Asking: over a link when there is one, after a dial when there is none.
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
        questions[request] = PendingQuestion(
            question: question, peer: peer, sentAt: now.instant, deadline: now.instant + settings.answerTimeout)
        let message = KademliaMessage.findNode(request: request, target: question.target, count: question.count)
        actions.append(.send(message, to: peer))
        return .asked
    }

    mutating func expireQuestions(at now: Moment, into actions: inout [KademliaAction]) {
        let expired = questions.filter { $0.value.deadline <= now.instant }
        for (request, pending) in expired {
            questions.removeValue(forKey: request)
            noteFailure(of: pending.peer, at: now)
            giveUp([pending.question], peer: pending.peer, at: now, into: &actions)
        }
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

    /// Tells the lookups among `questions` that `peer` will not answer.
    mutating func giveUp(
        _ questions: [Question], peer: PeerID, at now: Moment, into actions: inout [KademliaAction]
    ) {
        let key = NodeKey(peer)
        for case .lookup(let handle) in questions.map(\.purpose) {
            lookups[handle]?.search.failed(key)
            advance(handle, at: now, into: &actions)
        }
    }
}

extension KademliaSettings {
    /// How long a lookup keeps a place for a peer: over a link three round trips, else long enough to dial it.
    func patience(with link: KademliaLink?) -> TimeSpan {
        guard let link else { return dialPatience }
        guard let roundTrip = link.roundTrip else { return longestPatience }
        return min(max(roundTrip * 3, shortestPatience), longestPatience)
    }
}
