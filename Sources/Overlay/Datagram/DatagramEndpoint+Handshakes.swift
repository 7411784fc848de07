/// First packets, and what answers them.
extension DatagramEndpoint {
    // MARK: As initiator

    mutating func initiate(
        _ message: Bytes, introduction: [UInt8], to peer: PeerID, at endpoint: UDPEndpoint, now: Instant,
        into outbox: inout DatagramOutbox
    ) {
        guard message.readableBytes + introduction.count <= DatagramLimits.first else {
            return counters.drop(.tooLong)
        }
        guard let remote = peer.publicKey.agreementKey else { return counters.drop(.unusableKey) }
        let index = newIndex()
        let payload = InitiationContents.encode(
            sender: identity.publicKey, introduction: introduction, message: message)
        do throws(NoiseError) {
            var handshake = try HandshakeState(
                pattern: .ik, role: .initiator, prologue: prologue(responder: peer.publicKey, initiator: index),
                staticKeys: keys, ephemeralKeys: X25519.KeyPair(random: &random), remoteStatic: remote)
            let noise = try handshake.write(payload)
            let packet = InitiationPacket.encode(
                sender: index, noise: noise, key: PacketMAC(receiver: peer.publicKey, mesh: mesh))
            initiations[index] = Initiation(
                peer: peer, endpoint: endpoint, startedAt: now, handshake: handshake, packet: packet)
            emit(packet, to: endpoint, into: &outbox)
        } catch {
            counters.drop(.unusableKey)
        }
    }

    /// What both sides must have alike before a word is read. The responder's Ed25519 key is part of it because the one for
    /// X25519, which the handshake proves, belongs to two of them.
    private func prologue(responder: PublicKey, initiator index: UInt32) -> [UInt8] {
        Array("sam datagram v1".utf8) + [0] + mesh.array + responder.bytes.array + index.bigEndianBytes
    }

    /// A first packet of this node that still waits for its answer, from where it was sent to.
    private func waiting(_ index: UInt32, _ endpoint: UDPEndpoint, at now: Instant) -> Initiation? {
        guard let initiation = initiations[index], initiation.endpoint == endpoint,
            now.since(initiation.startedAt) < settings.handshakeLimit
        else { return nil }
        return initiation
    }

    mutating func receiveResponse(
        _ bytes: [UInt8], from endpoint: UDPEndpoint, at now: Instant, into outbox: inout DatagramOutbox
    ) {
        guard let packet = ResponsePacket(bytes) else { return counters.drop(.malformed) }
        guard let initiation = waiting(packet.receiver, endpoint, at: now) else {
            return counters.drop(.unknownSession)
        }
        // A copy: what fails leaves the first packet waiting for its true answer.
        var handshake = initiation.handshake
        guard let payload = try? handshake.read(packet.noise) else { return counters.drop(.notAuthentic) }
        guard let contents = ResponseContents(payload) else { return counters.drop(.malformed) }
        _ = initiations.removeValue(forKey: packet.receiver)
        let session = DatagramSession(
            peer: initiation.peer, remoteIndex: contents.sender, path: endpoint, isPathValidated: true,
            keys: handshake.split(), at: now)
        sessions[packet.receiver] = session
        current[initiation.peer] = packet.receiver
        counters.handshakes &+= 1
        let source = DatagramSource(session: packet.receiver, endpoint: endpoint, isFirst: false)
        outbox.received.append(
            ReceivedDatagram(
                peer: initiation.peer, message: contents.message, introduction: contents.introduction, source: source))
    }

    mutating func receiveCookie(
        _ bytes: [UInt8], from endpoint: UDPEndpoint, at now: Instant, into outbox: inout DatagramOutbox
    ) {
        guard let packet = CookiePacket(bytes) else { return counters.drop(.malformed) }
        guard var initiation = waiting(packet.receiver, endpoint, at: now), let sent = initiation.packet,
            let read = InitiationPacket(sent)
        else { return counters.drop(.unknownSession) }
        // Only who saw the first packet knows its mac.
        guard ConstantTime.equal(read.mac, packet.mac) else { return counters.drop(.notAuthentic) }
        initiation.packet = nil
        initiations[packet.receiver] = initiation
        emit(InitiationPacket.adding(cookie: packet.cookie, to: sent), to: endpoint, into: &outbox)
    }

    // MARK: As responder

    mutating func receiveInitiation(
        _ bytes: [UInt8], from endpoint: UDPEndpoint, at now: Instant, into outbox: inout DatagramOutbox
    ) {
        guard let packet = InitiationPacket(bytes) else { return counters.drop(.malformed) }
        guard ownMAC.isValid(packet) else { return counters.drop(.misdirected) }
        guard let ephemeral = Bytes32(packet.noise[..<32]) else { return counters.drop(.malformed) }
        guard seen[ephemeral] == nil else { return counters.drop(.replayed) }
        guard admits(packet, from: endpoint, at: now, into: &outbox) else { return }
        do throws(NoiseError) {
            var handshake = try HandshakeState(
                pattern: .ik, role: .responder,
                prologue: prologue(responder: identity.publicKey, initiator: packet.sender), staticKeys: keys,
                ephemeralKeys: X25519.KeyPair(random: &random))
            let payload = try handshake.read(packet.noise)
            // Not before it is authentic: a forgery with the same key must not keep the true one out.
            seen[ephemeral] = true
            take(payload, handshake, remoteIndex: packet.sender, from: endpoint, into: &outbox)
        } catch {
            counters.drop(.notAuthentic)
        }
    }

    private mutating func take(
        _ payload: [UInt8], _ handshake: HandshakeState, remoteIndex: UInt32, from endpoint: UDPEndpoint,
        into outbox: inout DatagramOutbox
    ) {
        guard let contents = InitiationContents(payload) else { return counters.drop(.malformed) }
        // Whose X25519 key this is, only the Ed25519 key tells: it is checked to be the same one.
        let peer = PeerID(contents.sender)
        guard contents.sender.agreementKey == handshake.remoteStatic, peer != identity.peerID else {
            return counters.drop(.notAuthentic)
        }
        let index = newIndex()
        openings[index] = Opening(peer: peer, endpoint: endpoint, remoteIndex: remoteIndex, handshake: handshake)
        let source = DatagramSource(session: index, endpoint: endpoint, isFirst: true)
        outbox.received.append(
            ReceivedDatagram(
                peer: peer, message: contents.message, introduction: contents.introduction, source: source))
    }

    /// Whether a first packet is worth the processor's time. Under load, and above what its network may, its sender must first
    /// show that it receives what is sent to its address. Forged senders take no share from those who have shown it.
    private mutating func admits(
        _ packet: InitiationPacket, from endpoint: UDPEndpoint, at now: Instant, into outbox: inout DatagramOutbox
    ) -> Bool {
        let isProven = cookies.accepts(packet, from: endpoint, at: now)
        if !isProven, handshakes.isBelowHalf(at: now) || !unprovenShares.take(for: endpoint.ip, at: now) {
            sendCookie(for: packet, to: endpoint, at: now, into: &outbox)
            return false
        }
        guard !isProven || provenShares.take(for: endpoint.ip, at: now), handshakes.take(at: now) else {
            counters.drop(.tooManyHandshakes)
            return false
        }
        return true
    }

    private mutating func sendCookie(
        for packet: InitiationPacket, to endpoint: UDPEndpoint, at now: Instant, into outbox: inout DatagramOutbox
    ) {
        let cookie = cookies.cookie(for: endpoint, at: now)
        counters.cookiesSent &+= 1
        emit(
            CookiePacket.encode(receiver: packet.sender, mac: packet.mac, cookie: cookie), to: endpoint, into: &outbox)
    }

    mutating func respond(
        _ message: Bytes, introduction: [UInt8], to source: DatagramSource, at now: Instant,
        into outbox: inout DatagramOutbox
    ) {
        guard message.readableBytes + introduction.count <= DatagramLimits.answer else {
            return counters.drop(.tooLong)
        }
        guard var opening = openings.removeValue(forKey: source.session) else {
            return counters.drop(.unknownSession)
        }
        let payload = ResponseContents.encode(sender: source.session, introduction: introduction, message: message)
        guard let noise = try? opening.handshake.write(payload) else { return counters.drop(.unusableKey) }
        unconfirmed[source.session] = DatagramSession(
            peer: opening.peer, remoteIndex: opening.remoteIndex, path: opening.endpoint, isPathValidated: false,
            keys: opening.handshake.split(), at: now)
        counters.handshakes &+= 1
        emit(
            ResponsePacket.encode(receiver: opening.remoteIndex, noise: noise), to: opening.endpoint, into: &outbox)
    }
}
