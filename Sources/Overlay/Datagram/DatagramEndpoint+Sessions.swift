/// Packets of sessions.
extension DatagramEndpoint {
    mutating func receiveTransport(
        _ bytes: Bytes, from endpoint: UDPEndpoint, at now: Instant, into outbox: inout DatagramOutbox
    ) {
        guard let packet = TransportPacket(bytes) else { return counters.drop(.malformed) }
        let index = packet.receiver
        guard var session = sessions[index], session.isAlive(at: now, settings: settings) else {
            return counters.drop(.unknownSession)
        }
        guard let (content, isNewest) = session.open(packet, bytes) else {
            return counters.drop(.notAuthentic)
        }
        let isNew = session.heard(from: endpoint, isNewest: isNewest, at: now)
        sessions[index] = session
        if session.isPathValidated, current[session.peer] != index { prefer(index, to: session.peer) }
        if isNew { challenge(endpoint, of: index, for: bytes.readableBytes, into: &outbox) }
        take(content, of: index, session.peer, from: endpoint, into: &outbox)
    }

    /// Questions go over the newest session whose way is proven.
    private mutating func prefer(_ index: UInt32, to peer: PeerID) {
        if let other = current[peer].flatMap({ sessions[$0] }), let this = sessions[index],
            other.createdAt > this.createdAt
        {
            return
        }
        current[peer] = index
    }

    /// An address that did not prove itself gets no more than it sent.
    private mutating func challenge(
        _ endpoint: UDPEndpoint, of index: UInt32, for received: Int, into outbox: inout DatagramOutbox
    ) {
        guard received >= TransportPacket.overhead + TransportContent.challengeLength else { return }
        let nonce = random.bytes(TransportContent.challengeLength)
        guard let packet = sessions[index]?.challenge(endpoint, nonce: nonce) else { return }
        emit(packet, to: endpoint, into: &outbox)
    }

    private mutating func take(
        _ content: Bytes, of index: UInt32, _ peer: PeerID, from endpoint: UDPEndpoint,
        into outbox: inout DatagramOutbox
    ) {
        var content = content
        guard let kind = content.readInteger(as: UInt8.self).flatMap(TransportContent.init) else {
            return counters.drop(.malformed)
        }
        switch kind {
        case .message:
            let source = DatagramSource(session: index, endpoint: endpoint, isFirst: false)
            outbox.received.append(
                ReceivedDatagram(peer: peer, message: content, introduction: nil, source: source))
        case .challenge:
            guard content.readableBytes == TransportContent.challengeLength,
                let packet = sessions[index]?.seal(.challengeAnswer, content)
            else { return counters.drop(.malformed) }
            emit(packet, to: endpoint, into: &outbox)
        case .challengeAnswer:
            sessions[index]?.answered(content.array, from: endpoint)
        }
    }
}
