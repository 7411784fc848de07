extension Connection {
    mutating func newUpgrade() throws(CloseReason) -> NoiseUpgrade {
        try NoiseUpgrade(
            role: role, identity: identity, expecting: expecting, muxers: [Self.muxerID], random: random.fork())
    }

    /// Takes the phase out, so that what it holds has one owner while it changes.
    private mutating func takePhase() -> Phase {
        var taken = Phase.fresh
        swap(&taken, &phase)
        return taken
    }

    /// Works through the received bytes, phase by phase, as far as they reach.
    mutating func advance(at now: Instant, into outbox: inout Outbox) {
        do throws(CloseReason) {
            while try step(at: now, into: &outbox) {}
        } catch {
            end(error, into: &outbox)
        }
    }

    /// - Returns: whether another phase began, which may find more to do in the bytes that are left.
    private mutating func step(at now: Instant, into outbox: inout Outbox) throws(CloseReason) -> Bool {
        switch takePhase() {
        case .proposingNoise(let negotiation, let upgrade):
            return try propose(negotiation, upgrade, into: &outbox)
        case .answeringNoise(let negotiation):
            return try answer(negotiation, into: &outbox)
        case .handshaking(let upgrade):
            return try handshake(upgrade, at: now, into: &outbox)
        case .selectingMuxer(let selection):
            return try select(selection, at: now, into: &outbox)
        case .open:
            phase = .open
            receiveInSession(at: now, into: &outbox)
            return false
        case .fresh:
            return false
        case .closed(let reason):
            phase = .closed(reason)
            return false
        }
    }

    private mutating func propose(
        _ negotiation: MultistreamInitiator, _ upgrade: NoiseUpgrade, into outbox: inout Outbox
    ) throws(CloseReason) -> Bool {
        var negotiation = negotiation
        var output = Bytes()
        let step: MultistreamInitiator.Step
        do throws(MultistreamMessage.Failure) {
            step = try negotiation.receive(&inbound, output: &output)
        } catch {
            throw .notMultistream
        }
        switch step {
        case .needMore: phase = .proposingNoise(negotiation, upgrade)
        case .selected: phase = .handshaking(upgrade)
        case .refused: throw .noiseNotSupported
        }
        return step != .needMore
    }

    private mutating func answer(
        _ negotiation: MultistreamResponder, into outbox: inout Outbox
    ) throws(CloseReason) -> Bool {
        var negotiation = negotiation
        var output = Bytes()
        let step: MultistreamResponder.Step
        do throws(MultistreamMessage.Failure) {
            step = try negotiation.receive(&inbound, supported: [SecureChannel.protocolID], output: &output)
        } catch {
            throw .notMultistream
        }
        if output.readableBytes > 0 { outbox.bytes.append(output) }
        guard case .selected = step else {
            phase = .answeringNoise(negotiation)
            return false
        }
        phase = .handshaking(try newUpgrade())
        return true
    }

    private mutating func handshake(
        _ upgrade: NoiseUpgrade, at now: Instant, into outbox: inout Outbox
    ) throws(CloseReason) -> Bool {
        var upgrade = upgrade
        switch try upgrade.receive(&inbound, output: &outbox.bytes) {
        case .needMore:
            phase = .handshaking(upgrade)
            return false
        case .done(let outcome):
            role = outcome.role
            guard outcome.muxers.contains(Self.muxerID) else {
                phase = .selectingMuxer(try MuxerSelection(outcome, into: &outbox.bytes))
                return true
            }
            establish(outcome.channel, with: outcome.peer, at: now, into: &outbox)
            return true
        }
    }

    private mutating func select(
        _ selection: MuxerSelection, at now: Instant, into outbox: inout Outbox
    ) throws(CloseReason) -> Bool {
        var selection = selection
        switch try selection.receive(&inbound, output: &outbox.bytes) {
        case .needMore:
            phase = .selectingMuxer(selection)
            return false
        case .selected(let channel, let rest):
            establish(channel, with: selection.peer, at: now, into: &outbox)
            withSession(into: &outbox) { session, outbox throws(CloseReason) in
                try session.receive(plaintext: rest, at: now, into: &outbox)
            }
            return true
        }
    }

    private mutating func establish(
        _ channel: SecureChannel, with peer: PeerID, at now: Instant, into outbox: inout Outbox
    ) {
        outbox.events.append(.established(peer))
        phase = .open
        session = Session(
            channel: channel, peer: peer, isInitiator: role == .initiator, profile: profile, random: random.fork(),
            at: now)
        withSession(into: &outbox) { session, _ in session.begin(at: now) }
    }

    private mutating func receiveInSession(at now: Instant, into outbox: inout Outbox) {
        var input = Bytes()
        swap(&input, &inbound)
        withSession(into: &outbox) { session, outbox throws(CloseReason) in
            try session.receive(&input, at: now, into: &outbox)
        }
        inbound = input
    }

    /// Lets `body` change the session, then sends what has come to be sent. Does nothing in other phases.
    mutating func withSession(
        into outbox: inout Outbox, _ body: (inout Session, inout Outbox) throws(CloseReason) -> Void
    ) {
        guard var taken = session.take() else { return }
        do throws(CloseReason) {
            try body(&taken, &outbox)
            try taken.flush(into: &outbox)
            session = taken
        } catch {
            session = taken
            end(error, into: &outbox)
        }
    }

    /// Ends the connection for good, with a last word to the other side where there is a session.
    mutating func end(_ reason: CloseReason, into outbox: inout Outbox) {
        guard !isClosed else { return }
        session?.sayGoodbye(reason, into: &outbox)
        session = nil
        inbound = Bytes()
        phase = .closed(reason)
        outbox.events.append(.closed(reason))
    }
}
