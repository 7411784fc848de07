/// The negotiation of yamux over the encrypted channel, for peers that do not do it inside the handshake.
struct MuxerSelection: Sendable {
    /// What the caller has to do now.
    enum Step: Sendable {
        /// Wait for more input.
        case needMore
        /// Go on with yamux, which begins with the bytes given.
        case selected(SecureChannel, Bytes)
    }

    private enum Side: Sendable {
        case initiator(MultistreamInitiator)
        case responder(MultistreamResponder)
    }

    let peer: PeerID
    private var channel: SecureChannel
    private var side: Side
    /// Decrypted and not yet negotiated.
    private var plaintext = Bytes()

    /// The initiator's proposal goes out at once.
    init(_ outcome: NoiseUpgrade.Outcome, into output: inout [Bytes]) throws(CloseReason) {
        peer = outcome.peer
        channel = outcome.channel
        switch outcome.role {
        case .responder:
            side = .responder(MultistreamResponder())
        case .initiator:
            let negotiation = MultistreamInitiator(proposals: [Connection.muxerID])
            side = .initiator(negotiation)
            var proposal = Bytes()
            negotiation.start(into: &proposal)
            try send(proposal, into: &output)
        }
    }

    private mutating func send(_ bytes: Bytes, into output: inout [Bytes]) throws(CloseReason) {
        guard bytes.readableBytes > 0 else { return }
        var frame = SecureChannel.newFrame(reserving: bytes.readableBytes)
        frame.append(bytes)
        do throws(NoiseError) {
            try channel.seal(&frame)
        } catch {
            throw .handshakeFailed(error)
        }
        output.append(frame)
    }

    mutating func receive(_ input: inout Bytes, output: inout [Bytes]) throws(CloseReason) -> Step {
        do throws(NoiseError) {
            plaintext.append(try channel.open(&input))
        } catch {
            throw .decryptionFailed
        }
        var answer = Bytes()
        let isSelected = try negotiate(answer: &answer)
        try send(answer, into: &output)
        return isSelected ? .selected(channel, plaintext) : .needMore
    }

    private mutating func negotiate(answer: inout Bytes) throws(CloseReason) -> Bool {
        do throws(MultistreamMessage.Failure) {
            switch side {
            case .initiator(var negotiation):
                let step = try negotiation.receive(&plaintext, output: &answer)
                side = .initiator(negotiation)
                guard step != .refused else { throw .malformed }
                return step != .needMore
            case .responder(var negotiation):
                let step = try negotiation.receive(&plaintext, supported: [Connection.muxerID], output: &answer)
                side = .responder(negotiation)
                return step != .needMore
            }
        } catch {
            throw .yamuxNotSupported
        }
    }
}
