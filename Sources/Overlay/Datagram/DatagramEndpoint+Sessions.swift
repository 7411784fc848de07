/// Packets of sessions.
extension DatagramEndpoint {
    mutating func receiveTransport(
        _ bytes: Bytes, from endpoint: UDPEndpoint, at now: Instant, into outbox: inout DatagramOutbox
    ) {
        guard let packet = TransportPacket(bytes) else { return counters.drop(.malformed) }
        let index = packet.receiver
        guard var session = sessions[index] ?? unconfirmed[index], session.isAlive(at: now, settings: settings) else {
            return counters.drop(.unknownSession)
        }
        do throws(DatagramDrop) {
            let (content, isNewest) = try session.open(packet, bytes)
            session.heard(from: endpoint, at: now)
            _ = unconfirmed.removeValue(forKey: index)
            sessions[index] = session
            let arrival = Arrival(
                index: index, peer: session.peer, endpoint: endpoint, length: bytes.readableBytes, isNewest: isNewest)
            take(content, arrival, at: now, into: &outbox)
            prefer(index, at: now)
        } catch {
            counters.drop(error)
        }
    }

    /// How an authentic packet of a session came.
    private struct Arrival {
        let index: UInt32
        let peer: PeerID
        let endpoint: UDPEndpoint
        let length: Int
        /// Whether no packet with a higher counter had come.
        let isNewest: Bool
    }

    private mutating func take(
        _ content: Bytes, _ arrival: Arrival, at now: Instant, into outbox: inout DatagramOutbox
    ) {
        var content = content
        guard let kind = content.readInteger(as: UInt8.self).flatMap(TransportContent.init) else {
            return counters.drop(.malformed)
        }
        switch kind {
        case .message:
            let source = DatagramSource(session: arrival.index, endpoint: arrival.endpoint, isFirst: false)
            outbox.received.append(
                ReceivedDatagram(peer: arrival.peer, message: content, introduction: nil, source: source))
            challenge(arrival, at: now, into: &outbox)
        case .challenge:
            // The only reply to it: one packet of the same length for one.
            guard content.readableBytes == TransportContent.challengeLength,
                let packet = sessions[arrival.index]?.seal(.challengeAnswer, content)
            else { return counters.drop(.malformed) }
            emit(packet, to: arrival.endpoint, into: &outbox)
        case .challengeAnswer:
            let isAsked = sessions[arrival.index]?
                .answered(content.array, from: arrival.endpoint, at: now, settings: settings)
            if isAsked != true { counters.drop(.unasked) }
        }
    }

    /// An address that did not prove itself gets no more than it sent, and only for a packet that no later one overtook:
    /// whoever moved does not go back to where the older packet came from.
    private mutating func challenge(_ arrival: Arrival, at now: Instant, into outbox: inout DatagramOutbox) {
        guard arrival.isNewest, arrival.length >= TransportPacket.overhead + TransportContent.challengeLength,
            sessions[arrival.index]?.isToBeChallenged(arrival.endpoint, at: now, settings: settings) == true
        else { return }
        let nonce = random.bytes(TransportContent.challengeLength)
        guard let packet = sessions[arrival.index]?.challenge(arrival.endpoint, nonce: nonce, at: now) else { return }
        emit(packet, to: arrival.endpoint, into: &outbox)
    }

    /// Questions go over the newest session whose path is proven.
    private mutating func prefer(_ index: UInt32, at now: Instant) {
        guard let session = sessions[index], session.isUsable(at: now, settings: settings) else { return }
        if let other = usableSession(with: session.peer, at: now), other != index, let rival = sessions[other],
            rival.createdAt >= session.createdAt
        {
            return
        }
        current[session.peer] = index
    }

    /// The session to ask a peer over.
    func usableSession(with peer: PeerID, at now: Instant) -> UInt32? {
        // The number may have been forgotten and given to a session with somebody else.
        guard let index = current[peer], let session = sessions[index], session.peer == peer,
            session.isUsable(at: now, settings: settings)
        else { return nil }
        return index
    }

    mutating func send(_ message: Bytes, over index: UInt32, into outbox: inout DatagramOutbox) {
        guard message.readableBytes <= DatagramLimits.message else { return counters.drop(.tooLong) }
        guard let path = sessions[index]?.path, let packet = sessions[index]?.seal(.message, message) else {
            return counters.drop(.unknownSession)
        }
        emit(packet, to: path, into: &outbox)
    }

    /// Answers a message of a session. Not when it came from an address that is still to prove itself: whoever forges the
    /// sender of a question could otherwise let a node that once was there be flooded with the answers.
    mutating func reply(
        _ message: Bytes, to source: DatagramSource, at now: Instant, into outbox: inout DatagramOutbox
    ) {
        guard let session = sessions[source.session], session.isAlive(at: now, settings: settings) else {
            return counters.drop(.unknownSession)
        }
        guard session.isProven(source.endpoint) else { return counters.drop(.unprovenAddress) }
        send(message, over: source.session, into: &outbox)
    }
}
