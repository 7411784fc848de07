/// The Noise XX handshake of libp2p over a byte stream, for either role, including the case that both sides believe to
/// be the initiator.
struct NoiseUpgrade: Sendable {
    /// What the caller has to do now.
    enum Step: Sendable {
        /// Wait for more input.
        case needMore
        /// Go on over the encrypted channel.
        case done(Outcome)
    }

    struct Outcome: Sendable {
        var role: Connection.Role
        var channel: SecureChannel
        var peer: PeerID
        /// What the other side offered inside the handshake; empty when it negotiates afterwards.
        var muxers: [String]
    }

    private let identity: Identity
    private let expecting: PeerID?
    private let muxers: [String]
    private var role: Connection.Role
    private var state: HandshakeState
    private let staticKeys: X25519.KeyPair
    private var random: RandomSource
    private var settledSimultaneousOpen = false

    init(
        role: Connection.Role, identity: Identity, expecting: PeerID?, muxers: [String], random: RandomSource
    ) throws(CloseReason) {
        self.role = role
        self.identity = identity
        self.expecting = expecting
        self.muxers = muxers
        self.random = random
        staticKeys = X25519.KeyPair(random: &self.random)
        state = try Self.newState(role, staticKeys: staticKeys, random: &self.random)
    }

    private static func newState(
        _ role: Connection.Role, staticKeys: X25519.KeyPair, random: inout RandomSource
    ) throws(CloseReason) -> HandshakeState {
        do throws(NoiseError) {
            return try HandshakeState(
                pattern: .xx, role: role == .initiator ? .initiator : .responder, staticKeys: staticKeys,
                ephemeralKeys: X25519.KeyPair(random: &random))
        } catch {
            throw .handshakeFailed(error)
        }
    }

    /// The initiator's first message, as a frame.
    mutating func start() throws(CloseReason) -> Bytes {
        try write([])
    }

    private mutating func write(_ payload: [UInt8]) throws(CloseReason) -> Bytes {
        do throws(NoiseError) {
            return SecureChannel.frame(try state.write(payload))
        } catch {
            throw .handshakeFailed(error)
        }
    }

    private mutating func writeProof() throws(CloseReason) -> Bytes {
        try write(NoisePayload(proving: staticKeys.publicKey, of: identity, muxers: muxers).encoded)
    }

    /// Reads handshake frames off the front of `input`.
    mutating func receive(_ input: inout Bytes, output: inout [Bytes]) throws(CloseReason) -> Step {
        while let frame = SecureChannel.takeFrame(&input) {
            if role == .initiator, isFirstMessage(frame) {
                try settleSimultaneousOpen(frame.array, output: &output)
                continue
            }
            let payload = try read(frame.array)
            if role == .responder, !state.isComplete, state.remoteStatic == nil {
                output.append(try writeProof())
                continue
            }
            let proof = try verify(payload)
            if role == .initiator { output.append(try writeProof()) }
            return .done(
                Outcome(
                    role: role, channel: SecureChannel(state.split()), peer: PeerID(proof.publicKey),
                    muxers: proof.muxers))
        }
        return .needMore
    }

    private mutating func read(_ message: [UInt8]) throws(CloseReason) -> [UInt8] {
        do throws(NoiseError) {
            return try state.read(message)
        } catch {
            throw .handshakeFailed(error)
        }
    }

    /// The second message has at least 96 bytes, so a message of 32 is another initiator's first.
    private func isFirstMessage(_ frame: Bytes) -> Bool {
        frame.readableBytes == X25519.keyLength && !settledSimultaneousOpen
    }

    /// Both sides opened at once (TCP simultaneous open) and sent their ephemeral keys: the larger key stays the
    /// initiator, the other side answers as the responder. Both see both keys and so decide alike.
    private mutating func settleSimultaneousOpen(
        _ message: [UInt8], output: inout [Bytes]
    ) throws(CloseReason) {
        guard let theirs = Bytes32(message), theirs != state.ephemeralKey else {
            throw .handshakeFailed(.badPublicKey)
        }
        settledSimultaneousOpen = true
        guard state.ephemeralKey < theirs else { return }
        role = .responder
        state = try Self.newState(.responder, staticKeys: staticKeys, random: &random)
        _ = try read(message)
        output.append(try writeProof())
    }

    private func verify(_ payload: [UInt8]) throws(CloseReason) -> NoisePayload {
        guard let remote = state.remoteStatic else { throw .identityNotProved }
        let proof: NoisePayload
        do throws(NoisePayload.Failure) {
            proof = try NoisePayload(payload, proving: remote)
        } catch .keyTypeNotSupported {
            throw .keyTypeNotSupported
        } catch {
            throw .identityNotProved
        }
        let peer = PeerID(proof.publicKey)
        if let expecting, expecting != peer { throw .unexpectedPeer(expected: expecting, actual: peer) }
        if peer == identity.peerID { throw .connectedToSelf }
        return proof
    }
}
