/// First packets, and what answers them.
extension DatagramEndpoint {
    // MARK: As initiator

    mutating func initiate(
        _ message: Bytes, introduction: [UInt8], to peer: PeerID, at endpoint: UDPEndpoint,
        into outbox: inout DatagramOutbox
    ) {
        guard message.readableBytes + introduction.count <= DatagramLimits.first else {
            return counters.drop(.tooLong)
        }
        guard let remote = peer.publicKey.agreementKey else { return counters.drop(.unusableKey) }
        var payload = identity.publicKey.bytes.array
        payload += UInt16(introduction.count).bigEndianBytes + introduction
        payload += UInt16(message.readableBytes).bigEndianBytes + message.array
        payload += [UInt8](repeating: 0, count: InitiationPacket.payloadLength - payload.count)
        do throws(NoiseError) {
            var handshake = try HandshakeState(
                pattern: .ik, role: .initiator, prologue: prologue, staticKeys: keys,
                ephemeralKeys: X25519.KeyPair(random: &random), remoteStatic: remote)
            let noise = try handshake.write(payload)
            let index = newIndex()
            let packet = InitiationPacket.encode(
                sender: index, noise: noise, key: PacketMAC(receiver: peer.publicKey))
            initiations[index] = Initiation(peer: peer, endpoint: endpoint, handshake: handshake, packet: packet)
            emit(packet, to: endpoint, into: &outbox)
        } catch {
            counters.drop(.unusableKey)
        }
    }

    mutating func receiveResponse(
        _ bytes: [UInt8], from endpoint: UDPEndpoint, at now: Instant, into outbox: inout DatagramOutbox
    ) {
        guard let packet = ResponsePacket(bytes) else { return counters.drop(.malformed) }
        guard let initiation = initiations[packet.receiver], initiation.endpoint == endpoint else {
            return counters.drop(.unknownSession)
        }
        // A copy: what fails leaves the first packet waiting for its true answer.
        var handshake = initiation.handshake
        guard let payload = try? handshake.read(packet.noise), let contents = FirstContents(answer: payload) else {
            return counters.drop(.notAuthentic)
        }
        _ = initiations.removeValue(forKey: packet.receiver)
        let session = DatagramSession(
            peer: initiation.peer, remoteIndex: packet.sender, path: endpoint, isPathValidated: true,
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
        _ bytes: [UInt8], from endpoint: UDPEndpoint, into outbox: inout DatagramOutbox
    ) {
        guard let packet = CookiePacket(bytes) else { return counters.drop(.malformed) }
        guard var initiation = initiations[packet.receiver], initiation.endpoint == endpoint,
            let sent = initiation.packet, let read = InitiationPacket(sent),
            ConstantTime.equal(read.mac, packet.mac)
        else { return counters.drop(.unknownSession) }
        initiation.packet = nil
        initiations[packet.receiver] = initiation
        emit(InitiationPacket.adding(cookie: packet.cookie, to: sent), to: endpoint, into: &outbox)
    }

    // MARK: As responder

    mutating func receiveInitiation(
        _ bytes: [UInt8], from endpoint: UDPEndpoint, at now: Instant, into outbox: inout DatagramOutbox
    ) {
        guard let packet = InitiationPacket(bytes), ownMAC.isValid(packet) else { return counters.drop(.malformed) }
        guard admits(packet, from: endpoint, at: now, into: &outbox) else { return }
        guard let ephemeral = Bytes32(packet.noise[..<32]) else { return counters.drop(.malformed) }
        guard seen[ephemeral] == nil else { return counters.drop(.replayed) }
        seen[ephemeral] = true
        do throws(NoiseError) {
            var handshake = try HandshakeState(
                pattern: .ik, role: .responder, prologue: prologue, staticKeys: keys,
                ephemeralKeys: X25519.KeyPair(random: &random))
            let payload = try handshake.read(packet.noise)
            // Whose X25519 key this is, only the Ed25519 key tells: it is checked to be the same one.
            guard let contents = FirstContents(question: payload), let key = contents.sender,
                key.agreementKey == handshake.remoteStatic, PeerID(key) != identity.peerID
            else { return counters.drop(.notAuthentic) }
            let index = newIndex()
            openings[index] = Opening(peer: PeerID(key), remoteIndex: packet.sender, handshake: handshake)
            let source = DatagramSource(session: index, endpoint: endpoint, isFirst: true)
            outbox.received.append(
                ReceivedDatagram(
                    peer: PeerID(key), message: contents.message, introduction: contents.introduction, source: source))
        } catch {
            counters.drop(.notAuthentic)
        }
    }

    /// Whether a first packet is worth the processor's time. Under load its sender must first show that it receives what is
    /// sent to its address, and each network gets its share.
    private mutating func admits(
        _ packet: InitiationPacket, from endpoint: UDPEndpoint, at now: Instant, into outbox: inout DatagramOutbox
    ) -> Bool {
        if handshakes.isBelowHalf(at: now) {
            guard cookies.accepts(packet, from: endpoint, at: now) else {
                let cookie = CookiePacket.encode(
                    receiver: packet.sender, mac: packet.mac, cookie: cookies.cookie(for: endpoint, at: now))
                counters.cookiesSent &+= 1
                emit(cookie, to: endpoint, into: &outbox)
                return false
            }
            guard takeShare(of: endpoint, at: now) else {
                counters.drop(.tooManyHandshakes)
                return false
            }
        }
        guard handshakes.take(at: now) else {
            counters.drop(.tooManyHandshakes)
            return false
        }
        return true
    }

    private mutating func takeShare(of endpoint: UDPEndpoint, at now: Instant) -> Bool {
        let prefix = AddressPrefix(endpoint.ip)
        guard prefix.scope == .global else { return true }
        var allowance =
            prefixes[prefix]
            ?? Allowance(
                perSecond: settings.prefixHandshakesPerSecond, burst: settings.prefixHandshakeBurst, at: now)
        let isTaken = allowance.take(at: now)
        prefixes[prefix] = allowance
        return isTaken
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
        let payload = UInt16(introduction.count).bigEndianBytes + introduction + message.array
        guard let noise = try? opening.handshake.write(payload) else { return counters.drop(.unusableKey) }
        sessions[source.session] = DatagramSession(
            peer: opening.peer, remoteIndex: opening.remoteIndex, path: source.endpoint, isPathValidated: false,
            keys: opening.handshake.split(), at: now)
        counters.handshakes &+= 1
        let packet = ResponsePacket.encode(receiver: opening.remoteIndex, sender: source.session, noise: noise)
        emit(packet, to: source.endpoint, into: &outbox)
    }
}
