/// Finding out whether others reach this node, and helping others to find out.
extension Kademlia {
    /// Whether others find the node worth a place in their tables; a client answers no lookups and keeps nothing for others.
    var isServer: Bool { own.contact.roles.contains(.server) }

    /// Where the node listens for datagrams from now on, whatever its contact says of it.
    public mutating func listen(at endpoints: [UDPEndpoint], at now: Moment, into actions: inout [KademliaAction]) {
        dialBacks.listen(at: endpoints, now: now.instant, settings: settings.dialBack)
        tellReach(at: now, into: &actions)
    }

    /// A peer has made a connection to this node and is admitted.
    public mutating func dialed(
        by peer: PeerID, from ip: IPAddress, at now: Moment, into actions: inout [KademliaAction]
    ) {
        dialBacks.dialed(by: peer, from: ip, at: now.instant, settings: settings.dialBack)
        tellReach(at: now, into: &actions)
    }

    /// When a question has to be asked or given up.
    var dialBackDeadline: Instant { upkeep.hasJoined ? dialBacks.nextDeadline : .distantFuture }

    mutating func dialBackUpkeep(at now: Moment, into actions: inout [KademliaAction]) {
        let settings = settings.dialBack
        dialBacks.expire(at: now.instant, random: &random, settings: settings)
        if upkeep.hasJoined, dialBacks.isDue(at: now.instant) { askForDialBack(at: now, into: &actions) }
        tellReach(at: now, into: &actions)
    }

    private mutating func tellReach(at now: Moment, into actions: inout [KademliaAction]) {
        guard dialBacks.conclude(at: now.instant, settings: settings.dialBack) else { return }
        actions.append(.reachChanged(dialBacks.reach))
    }

    /// The node is a client from now on: whoever probably has it in its table hears so, by datagram where there is no link.
    mutating func tellNearest(at now: Moment, into actions: inout [KademliaAction]) {
        let nearest = table.closest(to: own.key, count: settings.dialBack.told, peers: peers, where: \.isLive)
        for ref in nearest where links[peers[ref].peer] == nil {
            guard let endpoint = timing.datagramEndpoint(of: peers[ref], at: now.instant) else { continue }
            let isFirst = !knows(peers[ref].peer, at: now.instant)
            actions.append(.ask(.contact(record: own.bytes), of: peers[ref].peer, at: endpoint, isFirst: isFirst))
        }
    }

    // MARK: Asking

    private mutating func askForDialBack(at now: Moment, into actions: inout [KademliaAction]) {
        let candidates = dialBackCandidates(at: now.instant)
        let whom = candidates.map { (peer: $0.peer, vantage: $0.vantage) }
        guard let index = dialBacks.choice(of: whom, random: &random),
            let port = dialBacks.port(for: candidates[index].endpoint.ip)
        else { return dialBacks.nobodyThere(at: now.instant, settings: settings.dialBack) }
        let (peer, endpoint, vantage) = candidates[index]
        let (request, nonce) = (nextRequest(), DialBackNonce(random: &random))
        dialBacks.begin(
            DialBacks.Attempt(
                request: request, peer: peer, vantage: vantage, asked: endpoint, nonce: nonce,
                deadline: now.instant + settings.dialBack.patience),
            settings: settings.dialBack)
        let question = KademliaMessage.askDialBack(request: request, port: port, nonce: nonce)
        actions.append(.ask(question, of: peer, at: endpoint, isFirst: !knows(peer, at: now.instant)))
    }

    /// Peers that answer and that datagrams can be sent to: of the table, and those with a link.
    private func dialBackCandidates(
        at now: Instant
    ) -> [(peer: PeerID, endpoint: UDPEndpoint, vantage: Vantage)] {
        let timing = timing
        let live = table.entries.filter(\.isLive).map(\.peer)
        let linked = links.values.compactMap(\.contact).filter { !live.contains($0) }
        return (live + linked).compactMap { ref in
            let record = peers[ref]
            guard let endpoint = timing.datagramEndpoint(of: record, at: now), dialBacks.port(for: endpoint.ip) != nil
            else { return nil }
            return (record.peer, endpoint, Vantage(record.peer, at: endpoint.ip))
        }
    }

    /// A dial-back has come in a datagram.
    public mutating func receive(
        _ nonce: DialBackNonce, from source: UDPEndpoint, at now: Moment, into actions: inout [KademliaAction]
    ) {
        let isWanted = dialBacks.arrived(
            nonce, from: source, at: now.instant, random: &random, settings: settings.dialBack)
        guard isWanted else { return actions.append(.drop(.unsolicited, from: nil)) }
        tellReach(at: now, into: &actions)
    }

    mutating func receiveDialBackAnswer(
        _ answer: DialBackAnswer, request: UInt32, from peer: PeerID, at now: Moment,
        into actions: inout [KademliaAction]
    ) {
        let isWanted = dialBacks.answered(
            answer, request: request, by: peer, at: now.instant, random: &random, settings: settings.dialBack)
        guard isWanted else { return actions.append(.drop(.unsolicited, from: peer)) }
        // The peer has a session with this node now.
        var path = paths[peer] ?? newPath(at: now.instant)
        path.answeredAt = now.instant
        path.hasAnswered = true
        paths[peer] = path
        tellReach(at: now, into: &actions)
    }

    // MARK: Helping

    /// Sends one datagram to where the question came from, but to the port that it names, before the answer.
    mutating func answerDialBack(
        request: UInt32, port: UInt16, nonce: DialBackNonce, of peer: PeerID, from source: DatagramSource,
        at now: Moment, into actions: inout [KademliaAction]
    ) {
        var duty = dialBackDuty ?? DialBackDuty(settings.dialBack, at: now.instant)
        let target = duty.target(port, for: peer, at: source.endpoint, now: now.instant, settings: settings.dialBack)
        dialBackDuty = duty
        if let target {
            dialBacksSent &+= 1
            actions.append(.dialBack(nonce, to: target, for: source))
        }
        let answer = DialBackAnswer(isSent: target != nil, seen: source.endpoint)
        actions.append(.answer(.dialBack(request: request, answer), to: source))
    }
}
