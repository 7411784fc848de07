/// Questions and answers in datagrams: everything that needs no link.
extension Kademlia {
    /// Takes one message that came in a datagram from a member of the mesh.
    /// - Parameters:
    ///   - source: where an answer goes.
    ///   - room: bytes that the answer may have.
    public mutating func receive(
        _ message: KademliaMessage, from peer: PeerID, source: DatagramSource, room: Int, at now: Moment,
        into actions: inout [KademliaAction]
    ) {
        guard peer != own.peer else { return }
        wasHeard(peer, at: now, into: &actions)
        datagramCame(into: &actions)
        switch message {
        case .findNode(let request, let target, let count, let skip):
            guard mayAsk(peer, at: now, into: &actions) else { return }
            guard isServer else { return answerAsClient(request, to: source, into: &actions) }
            let nearest = nearest(to: target, count: count, skip: skip, for: peer, at: now)
            let fitting = Self.fitting(nearest, room: room)
            let answer = KademliaMessage.nodes(
                request: request, records: fitting, hasMore: fitting.count < nearest.count)
            actions.append(.answer(answer, to: source))
        case .askTicket, .register, .findAdvertisements:
            guard mayAsk(peer, at: now, into: &actions) else { return }
            answerHost(message, from: peer, .datagram(source), room: room, at: now, into: &actions)
        case .nodes(let request, let records, let hasMore):
            receiveNodes(records, hasMore, request: request, from: peer, at: now, into: &actions)
        case .contact(let record):
            introduced(record, by: peer, at: now, into: &actions)
        case .registration, .advertisements:
            receiveAnswer(message, from: peer, at: now, into: &actions)
        case .askDialBack(let request, let port, let nonce):
            guard mayAsk(peer, at: now, into: &actions) else { return }
            answerDialBack(
                request: request, port: port, nonce: nonce, of: peer, from: source, at: now, into: &actions)
        case .dialBack(let request, let answer):
            receiveDialBackAnswer(answer, request: request, from: peer, at: now, into: &actions)
        }
    }

    /// Whoever asks a client has an old contact of it: the new one goes along, and nobody is named. With the answer to a first
    /// packet the introduction brings the contact.
    private func answerAsClient(
        _ request: UInt32, to source: DatagramSource, into actions: inout [KademliaAction]
    ) {
        if !source.isFirst { actions.append(.answer(.contact(record: own.bytes), to: source)) }
        actions.append(.answer(.nodes(request: request, records: []), to: source))
    }

    private mutating func mayAsk(_ peer: PeerID, at now: Moment, into actions: inout [KademliaAction]) -> Bool {
        guard !takeAllowance(of: peer, at: now.instant) else { return true }
        actions.append(.drop(.tooManyQuestions, from: peer))
        return false
    }

    /// A peer has told its own contact in a datagram. It is a candidate for the table like everybody who is heard of.
    public mutating func introduced(
        _ record: [UInt8], by peer: PeerID, at now: Moment, into actions: inout [KademliaAction]
    ) {
        guard let record = accept(record, from: peer, at: now, into: &actions) else { return }
        guard record.peer == peer else {
            actions.append(.drop(.foreignContact, from: peer))
            return
        }
        consider(record, at: now)
    }

    static func fitting(_ records: [[UInt8]], room: Int) -> [[UInt8]] {
        var left = room - KademliaMessage.answerOverhead
        return Array(
            records.prefix { record in
                left -= KademliaMessage.recordOverhead + record.count
                return left >= 0
            })
    }

    private mutating func takeAllowance(of peer: PeerID, at now: Instant) -> Bool {
        var path = paths[peer] ?? newPath(at: now)
        let isTaken = path.allowance.take(at: now)
        paths[peer] = path
        return isTaken
    }

    func newPath(at now: Instant) -> DatagramPath {
        DatagramPath(
            allowance: Allowance(perSecond: settings.questionsPerSecond, burst: settings.questionBurst, at: now))
    }

    // MARK: Asking

    /// Asks over links only from now on: datagrams are not wanted, or the node's introduction does not fit in one.
    public mutating func forgoDatagrams() { datagrams.blockedUntil = .distantFuture }

    /// A peer with which there is a session is asked for all at once, in as many questions as it takes; with any other, the
    /// first answer shows how much fits. A lookup decides by the first part whether it wants the rest.
    mutating func askByDatagram(
        _ question: Question, of record: ContactRecord, at endpoint: UDPEndpoint, at now: Moment,
        into actions: inout [KademliaAction]
    ) -> AskOutcome {
        guard knows(record.peer, at: now.instant) else {
            return sendDatagram(question, of: record, at: endpoint, isFirst: true, at: now, into: &actions)
        }
        if case .lookup = question.purpose {
            return sendDatagram(question, of: record, at: endpoint, isFirst: false, at: now, into: &actions)
        }
        return sendSlices(of: question, to: record, at: endpoint, at: now, into: &actions) > 0 ? .asked : .refused
    }

    /// Whether the peer has a session with this node.
    func knows(_ peer: PeerID, at now: Instant) -> Bool {
        guard let answeredAt = paths[peer]?.answeredAt else { return false }
        return now.since(answeredAt) < settings.sessionTrust
    }

    /// - Returns: how many questions were sent. A lookup that asks expects as many answers.
    private mutating func sendSlices(
        of question: Question, to record: ContactRecord, at endpoint: UDPEndpoint, at now: Moment,
        into actions: inout [KademliaAction]
    ) -> Int {
        var sent = 0
        var slice = question
        let end = question.skip + question.count
        repeat {
            slice.count = min(settings.slice, end - slice.skip)
            let outcome = sendDatagram(slice, of: record, at: endpoint, isFirst: false, at: now, into: &actions)
            guard outcome == .asked else { break }
            sent += 1
            slice.skip += slice.count
        } while slice.skip < end
        if sent > 1 { expect(sent - 1, of: question, from: record.peer, at: now) }
        return sent
    }

    private mutating func expect(_ more: Int, of question: Question, from peer: PeerID, at now: Moment) {
        switch question.purpose {
        case .lookup(let handle):
            let deadline = now.instant + timing.whole(of: peer)
            lookups[handle]?.search.expect(more, from: NodeKey(peer), until: deadline)
        case .search(let id):
            searches[id]?.expect(more, from: peer)
        case .greeting, .check, .trial, .refresh, .placement:
            break
        }
    }

    private mutating func sendDatagram(
        _ question: Question, of record: ContactRecord, at endpoint: UDPEndpoint, isFirst: Bool, at now: Moment,
        into actions: inout [KademliaAction]
    ) -> AskOutcome {
        guard questions.count < settings.questions else { return .refused }
        let request = nextRequest()
        questions[request] = PendingQuestion(
            question: question, peer: record.peer, way: .datagram(record, endpoint, tries: 1), sentAt: now.instant,
            deadline: now.instant + timing.timeout(of: record.peer))
        actions.append(.ask(question.message(request), of: record.peer, at: endpoint, isFirst: isFirst))
        return .asked
    }

    /// An answer had room for less than was asked for.
    mutating func askForRest(
        _ pending: PendingQuestion, after count: Int, at now: Moment, into actions: inout [KademliaAction]
    ) {
        guard count < pending.question.count else { return }
        if case .lookup(let handle) = pending.question.purpose, lookups[handle] == nil { return }
        var rest = pending.question
        rest.isRest = true
        rest.skip += count
        rest.count -= count
        guard rest.skip < KademliaMessage.maximumRecords else { return }
        let sent = sendRest(rest, of: pending, isVain: count == 0, at: now, into: &actions)
        // The part that this one belongs to has not been taken in yet, so all of the rest is on top of it.
        if sent > 0 { expect(1, of: rest, from: pending.peer, at: now) }
    }

    /// - Parameter isVain: the answer named nobody.
    /// - Returns: how many questions were sent.
    private mutating func sendRest(
        _ rest: Question, of pending: PendingQuestion, isVain: Bool, at now: Moment,
        into actions: inout [KademliaAction]
    ) -> Int {
        switch pending.way {
        case .link:
            return !isVain && send(rest, to: pending.peer, at: now, into: &actions) == .asked ? 1 : 0
        case .datagram(let record, let endpoint, _):
            // A long introduction may leave no room at all in a first answer; on a session somebody must be named.
            guard isVain, pending.question.isRest else {
                return sendSlices(of: rest, to: record, at: endpoint, at: now, into: &actions)
            }
            // Contacts always fit; an advertisement may be longer than a datagram.
            guard rest.form == .advertisements, record.contact.hasDialableAddress else { return 0 }
            return askByDialing(rest, of: record, at: now, into: &actions) == .asked ? 1 : 0
        }
    }

    // MARK: Answers and silence

    mutating func hasAnswered(_ pending: PendingQuestion, at now: Moment, into actions: inout [KademliaAction]) {
        guard case .datagram(let record, _, let tries) = pending.way else { return }
        failures.forget(pending.peer)
        var path = paths[pending.peer] ?? newPath(at: now.instant)
        let roundTrip = now.instant.since(pending.sentAt)
        // Which of two tries was answered, nobody knows (Karn).
        if tries == 1, !pending.isDoubled {
            path.roundTrip.note(roundTrip)
            datagrams.roundTrip.note(roundTrip)
        }
        if !pending.isDoubled { datagrams.noteAnswer(tries: tries) }
        path.answeredAt = now.instant
        path.hasAnswered = true
        path.isMissedUntil = .zero
        paths[pending.peer] = path
        datagramsPass(into: &actions)
        guard let ref = peers.intern(peers.record(of: pending.peer) ?? record) else { return }
        offer(ref, roundTrip: path.roundTrip?.smoothed ?? roundTrip, at: now, into: &actions)
        peers.release(ref)
    }

    /// Asks again, with a first packet: the peer may have started anew and know no session. After the last try the peer
    /// counts as gone, unless nobody answers datagrams: then it is dialed.
    mutating func datagramIsLate(
        _ request: UInt32, _ pending: PendingQuestion, at now: Moment, into actions: inout [KademliaAction]
    ) {
        guard case .datagram(let record, let endpoint, let tries) = pending.way else { return }
        let most = pending.question.isRetry ? max(datagrams.tries(settings) / 2, 1) : datagrams.tries(settings)
        guard tries >= most || isMoot(pending.question) && tries >= settings.tries else {
            let timeout = timing.timeout(of: pending.peer)
            questions[request]?.way = .datagram(record, endpoint, tries: tries + 1)
            questions[request]?.deadline = now.instant + random.jittered(timeout, percent: 10)
            let trustsSession = tries == 1 && datagrams.isLossy(settings) && knows(pending.peer, at: now.instant)
            let isFirst = pending.question.mayBeFirst && !trustsSession
            actions.append(
                .ask(pending.question.message(request), of: pending.peer, at: endpoint, isFirst: isFirst))
            return
        }
        guard !pending.isDoubled || now.instant.since(pending.sentAt) >= settings.answerTimeout else {
            // The link may carry the answer yet.
            let deadline = pending.sentAt + settings.answerTimeout
            questions[request]?.way = .link
            questions[request]?.deadline = deadline
            return
        }
        // Who was not asked often enough may be there.
        guard tries >= datagrams.tries(settings), !pending.question.isRetry else {
            return listenOn(request, pending, at: now, into: &actions)
        }
        wasSilent(pending.peer, at: now, into: &actions)
        let mayDial = !datagrams.hasAnswers && record.contact.hasDialableAddress
        if mayDial, askByDialing(pending.question, of: record, at: now, into: &actions) == .asked {
            questions.removeValue(forKey: request)
            return
        }
        noteFailure(of: pending.peer, at: now)
        listenOn(request, pending, at: now, into: &actions)
    }

    /// Nobody waits for the answer any more, but a lookup that still goes on takes it: peers that were never timed may be farther
    /// away than others.
    private mutating func listenOn(
        _ request: UInt32, _ pending: PendingQuestion, at now: Moment, into actions: inout [KademliaAction]
    ) {
        guard case .lookup(let handle) = pending.question.purpose, lookups[handle] != nil else {
            questions.removeValue(forKey: request)
            return giveUp([pending.question], peer: pending.peer, at: now, into: &actions)
        }
        let end = now.instant + settings.longestTimeout
        questions[request]?.isOver = true
        questions[request]?.deadline = end
        lookups[handle]?.search.silent(NodeKey(pending.peer))
        advance(handle, at: now, into: &actions)
    }

    /// Whether it was asked for a lookup that has ended.
    private func isMoot(_ question: Question) -> Bool {
        if case .lookup(let handle) = question.purpose { lookups[handle] == nil } else { false }
    }

    private mutating func wasSilent(_ peer: PeerID, at now: Moment, into actions: inout [KademliaAction]) {
        var path = paths[peer] ?? newPath(at: now.instant)
        path.answeredAt = nil
        // One peer is asked several things at once, which makes it no more than one that is silent.
        let isNews = path.isMissedUntil <= now.instant
        if isNews { path.isMissedUntil = now.instant + settings.blockedPause }
        paths[peer] = path
        guard isNews else { return }
        datagrams.vain += 1
        guard datagrams.vain >= datagrams.mostVain(settings) else { return }
        datagrams.hasAnswers = false
        datagrams.blockedUntil = now.instant + random.jittered(settings.blockedPause, percent: 20)
        // One more silent peer after the pause is enough.
        datagrams.vain = datagrams.mostVain(settings) - 1
        report(isBlocked: true, into: &actions)
    }

    /// Where one datagram comes through, others do: silence is the peers' own.
    private mutating func datagramCame(into actions: inout [KademliaAction]) {
        guard datagrams.blockedUntil < .distantFuture else { return }
        datagrams.vain = 0
        datagrams.blockedUntil = .zero
        report(isBlocked: false, into: &actions)
    }

    private mutating func datagramsPass(into actions: inout [KademliaAction]) {
        datagrams.vain = 0
        datagrams.hasAnswers = true
        datagrams.blockedUntil = .zero
        report(isBlocked: false, into: &actions)
    }

    private mutating func report(isBlocked: Bool, into actions: inout [KademliaAction]) {
        guard datagrams.isReportedBlocked != isBlocked else { return }
        datagrams.isReportedBlocked = isBlocked
        actions.append(.datagramsBlocked(isBlocked))
    }
}
