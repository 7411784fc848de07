extension Connection {
    /// Begins; the initiator's first bytes go out. To be called once, before anything else.
    public mutating func start(at now: Instant, into outbox: inout Outbox) {
        guard case .fresh = phase else { return }
        guard role == .initiator else {
            phase = .answeringNoise(MultistreamResponder())
            return advance(at: now, into: &outbox)
        }
        do throws(CloseReason) {
            let negotiation = MultistreamInitiator(proposals: [SecureChannel.protocolID])
            var upgrade = try newUpgrade()
            var first = Bytes()
            negotiation.start(into: &first)
            first.append(try upgrade.start())
            outbox.bytes.append(first)
            phase = .proposingNoise(negotiation, upgrade)
        } catch {
            end(error, into: &outbox)
        }
    }

    /// Bytes from the socket, cut as it pleases.
    public mutating func receive(_ bytes: Bytes, at now: Instant, into outbox: inout Outbox) {
        guard !isClosed else { return }
        var bytes = bytes
        if inbound.readableBytes > 0 {
            // The frame that was cut is completed by itself, so that what follows it is not copied.
            let missing = isEstablished ? SecureChannel.missing(in: inbound) : bytes.readableBytes
            inbound.discardReadBytes()
            if let piece = bytes.readSlice(length: min(missing, bytes.readableBytes)) { inbound.append(piece) }
            advance(at: now, into: &outbox)
            guard !isClosed, bytes.readableBytes > 0 else { return }
            guard inbound.readableBytes == 0 else { return receive(bytes, at: now, into: &outbox) }
        }
        inbound = bytes
        advance(at: now, into: &outbox)
    }

    /// The time of ``nextDeadline`` has come; an early or late call does no harm.
    public mutating func wake(at now: Instant, into outbox: inout Outbox) {
        switch phase {
        case .closed: return
        case .open:
            withSession(into: &outbox) { session, outbox throws(CloseReason) in
                try session.wake(at: now, into: &outbox)
            }
        case .fresh, .proposingNoise, .answeringNoise, .handshaking, .selectingMuxer:
            if now >= handshakeDeadline { end(.handshakeTimedOut, into: &outbox) }
        }
    }

    /// Opens a stream for a protocol. Data may be written at once: it goes out behind the proposal, and
    /// ``Event/streamAccepted(_:)`` or ``Event/streamRefused(_:_:)`` follows.
    /// - Returns: the stream; number 0, with a refusal in the outbox, when none can be opened now.
    public mutating func openStream(
        _ protocolID: String, at now: Instant, into outbox: inout Outbox
    ) -> StreamID {
        var stream = StreamID(rawValue: 0)
        var refusal = StreamRefusal.notConnected
        withSession(into: &outbox) { session, _ in
            switch session.open(protocolID, at: now) {
            case .opened(let id): stream = StreamID(rawValue: id)
            case .refused(let reason): refusal = reason
            }
        }
        if stream.rawValue == 0, !isClosed { outbox.events.append(.streamRefused(stream, refusal)) }
        return stream
    }

    /// Queues data of a stream; ignored on a stream that is over or finished.
    public mutating func write(
        _ data: Bytes, to stream: StreamID, at now: Instant, into outbox: inout Outbox
    ) {
        withSession(into: &outbox) { session, outbox in session.write(data, to: stream, into: &outbox) }
    }

    /// The reader of a stream took `count` bytes, so that the other side may send as many more.
    public mutating func consumed(
        _ count: Int, on stream: StreamID, at now: Instant, into outbox: inout Outbox
    ) {
        withSession(into: &outbox) { session, _ in session.consumed(count, on: stream, at: now) }
    }

    /// Ends this side's direction of a stream after everything written; the other direction goes on.
    public mutating func finish(_ stream: StreamID, at now: Instant, into outbox: inout Outbox) {
        withSession(into: &outbox) { session, _ in session.finish(stream) }
    }

    /// Ends a stream in both directions at once; queued data is dropped. No event follows for it.
    public mutating func reset(_ stream: StreamID, at now: Instant, into outbox: inout Outbox) {
        withSession(into: &outbox) { session, _ in session.reset(stream) }
    }

    /// Sends a libp2p ping; ``Event/pinged(_:)`` follows. Ignored while one is unanswered.
    public mutating func ping(at now: Instant, into outbox: inout Outbox) {
        withSession(into: &outbox) { session, _ in session.ping(at: now) }
    }

    /// Asks the other side at once whether it is still there, instead of when the keep-alive's time comes, and ends the
    /// connection when nothing comes from it for this long. Ignored while the handshakes run, which have a limit of their own.
    public mutating func check(within patience: TimeSpan, at now: Instant, into outbox: inout Outbox) {
        withSession(into: &outbox) { session, _ in session.check(within: patience, at: now) }
    }

    /// Tells whether the socket takes more. While it does not, data and answers wait inside, where streams take fair
    /// turns, instead of in the socket's queue.
    public mutating func setWritable(_ writable: Bool, at now: Instant, into outbox: inout Outbox) {
        withSession(into: &outbox) { session, _ in session.isWritable = writable }
    }

    /// The socket has reached its end or failed.
    public mutating func disconnected(at now: Instant, into outbox: inout Outbox) {
        end(session?.peerWentAway == true ? .wentAway(code: 0) : .disconnected, into: &outbox)
    }

    /// Ends the connection and all its streams; the other side is told.
    public mutating func close(
        _ reason: CloseReason = .closedHere, at now: Instant, into outbox: inout Outbox
    ) {
        end(reason, into: &outbox)
    }
}
