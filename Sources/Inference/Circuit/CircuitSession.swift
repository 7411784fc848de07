import Gossip
import Overlay

/// The end-to-end session inside a circuit: Noise IK between the caller and the host, whose keys are their peer ids'
/// converted to X25519, so that no relay reads or changes anything and the host is the one that was asked for.
///
/// Frames on the stream are a two-byte big-endian length and a Noise message. The first, from the caller, carries its
/// peer id (32) and its token; the second, from the host, its token; each one after is one ``CircuitRecord``. So each
/// knows that the other belongs to the mesh before a byte of the request moves. The prologue binds the protocol's name and
/// the mesh, so that a session of another mesh does not begin.
package struct CircuitSession: Sendable {
    /// What the other end sent.
    package enum Event: Sendable {
        /// The host has proven its key and shows its token.
        case ready(token: [UInt8], wireLength: Int)
        /// The caller has proven its key and shows its token.
        case greeted(PeerID, token: [UInt8], wireLength: Int)
        case record(CircuitRecord, wireLength: Int)
    }

    private enum State {
        case awaitingHost(HandshakeState)
        case awaitingCaller(HandshakeState)
        /// The caller's message was read, the reply not written.
        case accepting(HandshakeState)
        case open(sending: CipherState, receiving: CipherState)
        case broken
    }

    private static let lengthPrefix = 2
    private static let noAssociatedData: [UInt8] = []

    private var state: State
    private var input = Bytes()

    // MARK: Opening

    /// The caller's end and its first frame. Nil when the host's id is no usable point of the curve.
    package static func call(
        _ host: PeerID, identity: Identity, meshID: MeshID, token: [UInt8], random: RandomSource
    ) -> (CircuitSession, Bytes)? {
        guard let hostKey = host.publicKey.agreementKey,
            var handshake = handshake(.initiator, identity, meshID, remote: hostKey, random: random),
            let hello = try? handshake.write(identity.publicKey.bytes.array + token)
        else { return nil }
        return (CircuitSession(state: .awaitingHost(handshake)), frame(hello))
    }

    /// The host's end.
    package static func answer(identity: Identity, meshID: MeshID, random: RandomSource) -> CircuitSession {
        guard let handshake = handshake(.responder, identity, meshID, remote: nil, random: random) else {
            return CircuitSession(state: .broken)
        }
        return CircuitSession(state: .awaitingCaller(handshake))
    }

    private init(state: State) {
        self.state = state
    }

    private static func handshake(
        _ role: HandshakeState.Role, _ identity: Identity, _ meshID: MeshID, remote: Bytes32?, random: RandomSource
    ) -> HandshakeState? {
        var random = random
        return try? HandshakeState(
            pattern: .ik, role: role, prologue: Array("sam circuit v1".utf8) + meshID.bytes.array,
            staticKeys: identity.agreementKeys, ephemeralKeys: X25519.KeyPair(random: &random), remoteStatic: remote)
    }

    private static func frame(_ message: [UInt8]) -> Bytes {
        var frame = Bytes()
        frame.writeInteger(UInt16(truncatingIfNeeded: message.count))
        frame.writeBytes(message)
        return frame
    }

    /// The host's reply to the caller's first message, with the host's token; nil when there is none to reply to.
    package mutating func accept(token: [UInt8]) -> Bytes? {
        guard case .accepting(var handshake) = state, let reply = try? handshake.write(token) else { return nil }
        let keys = handshake.split()
        state = .open(sending: keys.sending, receiving: keys.receiving)
        return Self.frame(reply)
    }

    // MARK: Records

    /// One record as a frame; nil when the session does not stand, or when the other end would refuse the record for its
    /// length or the number of its header fields.
    package mutating func seal(_ record: CircuitRecord) -> Bytes? {
        guard case .open(var sending, let receiving) = state else { return nil }
        let plaintext = record.encode()
        guard plaintext.readableBytes <= CircuitSettings.longestRecord,
            record.fieldCount <= CircuitSettings.mostHeaderFields
        else { return nil }
        var frame = Bytes()
        frame.reserveCapacity(Self.lengthPrefix + plaintext.readableBytes + ChaChaPoly.tagLength)
        frame.writeInteger(UInt16(plaintext.readableBytes + ChaChaPoly.tagLength))
        frame.writeImmutableBuffer(plaintext)
        guard (try? sending.seal(&frame, from: Self.lengthPrefix, associated: Self.noAssociatedData)) != nil else {
            return nil
        }
        state = .open(sending: sending, receiving: receiving)
        return frame
    }

    /// Takes bytes of the stream in. The host stops reading behind the caller's first message until it has accepted.
    package mutating func receive(_ bytes: Bytes) throws(CircuitError) -> [Event] {
        if input.readableBytes == 0 {
            input = bytes
        } else {
            input.discardReadBytes()
            input.writeImmutableBuffer(bytes)
        }
        var events: [Event] = []
        while let frame = nextFrame() {
            events.append(try read(frame, wireLength: Self.lengthPrefix + frame.readableBytes))
            if case .accepting = state { break }
        }
        return events
    }

    private mutating func nextFrame() -> Bytes? {
        guard let length = input.getInteger(at: input.readerIndex, as: UInt16.self),
            input.readableBytes >= Self.lengthPrefix + Int(length)
        else { return nil }
        input.moveReaderIndex(forwardBy: Self.lengthPrefix)
        return input.readSlice(length: Int(length))
    }

    private mutating func read(_ frame: Bytes, wireLength: Int) throws(CircuitError) -> Event {
        switch state {
        case .awaitingHost(var handshake):
            guard let token = try? handshake.read(frame.array) else { throw fail(.notAuthentic) }
            let keys = handshake.split()
            state = .open(sending: keys.sending, receiving: keys.receiving)
            return .ready(token: token, wireLength: wireLength)
        case .awaitingCaller(var handshake):
            guard let payload = try? handshake.read(frame.array) else { throw fail(.notAuthentic) }
            let caller = try caller(of: payload, provenBy: handshake)
            state = .accepting(handshake)
            return .greeted(caller, token: Array(payload.dropFirst(PublicKey.length)), wireLength: wireLength)
        case .open(let sending, var receiving):
            var plaintext = Bytes()
            let opened: Void? = try? receiving.open(frame, appendingTo: &plaintext, associated: Self.noAssociatedData)
            guard opened != nil else { throw fail(.notAuthentic) }
            state = .open(sending: sending, receiving: receiving)
            guard let record = CircuitRecord(decoding: plaintext) else { throw fail(.malformed) }
            return .record(record, wireLength: wireLength)
        case .accepting, .broken:
            throw fail(.unexpected)
        }
    }

    private func caller(of payload: [UInt8], provenBy handshake: HandshakeState) throws(CircuitError) -> PeerID {
        guard let key = PublicKey(Array(payload.prefix(PublicKey.length))) else { throw .malformed }
        guard let converted = key.agreementKey, converted == handshake.remoteStatic else { throw .wrongPeer }
        return PeerID(key)
    }

    private mutating func fail(_ error: CircuitError) -> CircuitError {
        state = .broken
        return error
    }
}
