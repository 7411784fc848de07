/// What the owner tells about links.
extension Kademlia {
    /// A link to `peer` is admitted: both sides have shown that they belong to the mesh.
    ///
    /// - Parameters:
    ///   - record: the peer's contact record when the handshake brought one; it is checked like any other.
    ///   - roundTrip: as measured by the handshake, if it was.
    public mutating func linkAdmitted(
        _ peer: PeerID, record: [UInt8]?, roundTrip: TimeSpan?, at now: Moment, into actions: inout [KademliaAction]
    ) {
        guard peer != own.peer else { return }
        failures.forget(peer)
        let dial = dials.removeValue(forKey: peer)
        if links[peer] == nil { begin(peer, dialed: dial?.record, at: now, into: &actions) }
        if let roundTrip { links[peer]?.roundTrip = roundTrip }
        if let record { receiveContact(record, from: peer, at: now, into: &actions) }
        greet(peer, at: now, into: &actions)
        for question in dial?.questions ?? [] where send(question, to: peer, at: now, into: &actions) == .refused {
            giveUp([question], peer: peer, at: now, into: &actions)
        }
    }

    /// The last link to `peer` is gone. Its contact stays. Peers close links that they do not need, which says nothing
    /// about whether they are there: what the peer was asked is asked once more, over a new link.
    public mutating func linkLost(_ peer: PeerID, at now: Moment, into actions: inout [KademliaAction]) {
        guard let link = links.removeValue(forKey: peer) else { return }
        let record = peers.record(of: peer)
        if let contact = link.contact { peers.release(contact) }
        let lost = questions.filter { $0.value.peer == peer && !$0.value.isOver }
        guard !lost.isEmpty else { return }
        for request in lost.keys { questions.removeValue(forKey: request) }
        let vain = lost.values.map(\.question).filter { question in
            guard question.isRepeatable, let record, !record.contact.addresses.isEmpty else { return true }
            var repeated = question
            repeated.isRepeated = true
            return ask(repeated, of: record, at: now, into: &actions) == .refused
        }
        guard vain.contains(where: { $0.purpose != .greeting }) else { return }
        noteFailure(of: peer, at: now)
        giveUp(vain, peer: peer, at: now, into: &actions)
    }

    /// No link to `peer` could be made.
    public mutating func dialFailed(_ peer: PeerID, at now: Moment, into actions: inout [KademliaAction]) {
        guard let dial = dials.removeValue(forKey: peer) else { return }
        noteFailure(of: peer, at: now)
        giveUp(dial.questions, peer: peer, at: now, into: &actions)
    }

    /// No link to `peer` can be made now, which says nothing about the peer.
    public mutating func dialRefused(_ peer: PeerID, at now: Moment, into actions: inout [KademliaAction]) {
        guard let dial = dials.removeValue(forKey: peer) else { return }
        askOtherwise(dial, at: now, into: &actions)
    }

    /// A question could not be delivered although the link stands, for example because its stream was refused.
    public mutating func queryFailed(
        request: UInt32, to peer: PeerID, at now: Moment, into actions: inout [KademliaAction]
    ) {
        guard let pending = questions[request], pending.peer == peer else { return }
        questions.removeValue(forKey: request)
        noteFailure(of: peer, at: now)
        giveUp([pending.question], peer: peer, at: now, into: &actions)
    }

    /// Whether a link to `peer` is admitted, as far as this value was told.
    public func isLinked(_ peer: PeerID) -> Bool { links[peer] != nil }

    private mutating func begin(
        _ peer: PeerID, dialed: ContactRecord?, at now: Moment, into actions: inout [KademliaAction]
    ) {
        let allowance = Allowance(
            perSecond: settings.questionsPerSecond, burst: settings.questionBurst, at: now.instant)
        links[peer] = KademliaLink(allowance: allowance)
        if let dialed {
            hold(dialed)
        } else if let known = peers.record(of: peer) {
            hold(known)
        }
        actions.append(.send(.contact(record: own.bytes), to: peer))
    }

    /// Keeps the contact of a linked peer for as long as the link lasts. False when there is no room for it.
    @discardableResult
    mutating func hold(_ record: ContactRecord) -> Bool {
        guard let link = links[record.peer] else { return true }
        guard let ref = peers.intern(record) else { return false }
        if link.contact == nil {
            links[record.peer]?.contact = ref
        } else {
            peers.release(ref)
        }
        return true
    }

    /// Asks a newly linked peer that is not in the table for the node's own surroundings: its answer lets it in, and is
    /// how a node that joins hears of the first others. Once the table is good the answer may be empty.
    private mutating func greet(_ peer: PeerID, at now: Moment, into actions: inout [KademliaAction]) {
        if let ref = peers.ref(of: peer), table.entry(ref, peers: peers) != nil { return }
        let count = upkeep.hasJoined ? 0 : KademliaMessage.maximumRecords
        let question = Question(purpose: .greeting, target: own.key, count: count)
        _ = send(question, to: peer, at: now, into: &actions)
    }
}
