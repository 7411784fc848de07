extension Session {
    /// Data of a stream, for whatever the stream is used for.
    mutating func receive(_ data: Bytes, on id: UInt32, at now: Instant, into outbox: inout Outbox) {
        switch streams[id] {
        case .answering(let negotiation, let buffer):
            answer(id, negotiation, joined(buffer, data), received: data.readableBytes, at: now, into: &outbox)
        case .proposing(let negotiation, let buffer, let purpose):
            readAnswer(id, negotiation, purpose, joined(buffer, data), at: now, into: &outbox)
        case .application:
            outbox.events.append(.streamData(StreamID(rawValue: id), data))
        case .identifying(var reader):
            yamux.consumed(data.readableBytes, on: id, at: now)
            guard reader.receive(data) else { return drop(id) }
            streams[id] = .identifying(reader)
        case .pinging: receivePong(data, on: id, at: now, into: &outbox)
        case .echoing(let begun): echo(data, after: begun, on: id, at: now, into: &outbox)
        case .ending: yamux.consumed(data.readableBytes, on: id, at: now)
        case nil: return
        }
    }

    private func joined(_ buffer: Bytes, _ data: Bytes) -> Bytes {
        guard buffer.readableBytes > 0 else { return data }
        var joined = buffer
        joined.append(data)
        return joined
    }

    // MARK: Negotiation

    private mutating func answer(
        _ id: UInt32, _ negotiation: MultistreamResponder, _ input: Bytes, received: Int, at now: Instant,
        into outbox: inout Outbox
    ) {
        var negotiation = negotiation
        var rest = input
        var output = Bytes()
        guard
            let step = try? negotiation.receive(&rest, supported: profile.supported, output: &output)
        else { return drop(id) }
        if output.readableBytes > 0 { _ = yamux.write(output, to: id) }
        yamux.consumed(input.readableBytes - rest.readableBytes, on: id, at: now)
        switch step {
        case .needMore: streams[id] = .answering(negotiation, rest)
        case .selected(let name): begin(name, on: id, into: &outbox)
        }
        guard case .selected = step, rest.readableBytes > 0 else { return }
        receive(rest, on: id, at: now, into: &outbox)
    }

    /// The other side opened a stream for this protocol.
    private mutating func begin(_ name: String, on id: UInt32, into outbox: inout Outbox) {
        switch name {
        case IdentifyInfo.protocolID:
            streams[id] = .ending
            _ = yamux.write(profile.identify, to: id)
            yamux.finish(id)
        case Ping.protocolID:
            streams[id] = .echoing(0)
        default:
            streams[id] = .application
            outbox.events.append(.streamOpened(StreamID(rawValue: id), name))
        }
    }

    private mutating func readAnswer(
        _ id: UInt32, _ negotiation: MultistreamInitiator, _ purpose: Purpose, _ input: Bytes, at now: Instant,
        into outbox: inout Outbox
    ) {
        var negotiation = negotiation
        var rest = input
        var output = Bytes()
        guard let step = try? negotiation.receive(&rest, output: &output) else {
            return abandon(id, purpose, .badNegotiation, into: &outbox)
        }
        yamux.consumed(input.readableBytes - rest.readableBytes, on: id, at: now)
        switch step {
        case .needMore: streams[id] = .proposing(negotiation, rest, purpose)
        case .refused: abandon(id, purpose, .protocolNotSupported, into: &outbox)
        case .selected: accepted(id, purpose, into: &outbox)
        }
        guard case .selected = step, rest.readableBytes > 0 else { return }
        receive(rest, on: id, at: now, into: &outbox)
    }

    /// The other side agreed to the protocol of a stream opened here.
    private mutating func accepted(_ id: UInt32, _ purpose: Purpose, into outbox: inout Outbox) {
        switch purpose {
        case .identify: streams[id] = .identifying(IdentifyReader())
        case .ping: streams[id] = .pinging
        case .application:
            streams[id] = .application
            outbox.events.append(.streamAccepted(StreamID(rawValue: id)))
        }
    }

    // MARK: Ping

    private mutating func receivePong(
        _ data: Bytes, on id: UInt32, at now: Instant, into outbox: inout Outbox
    ) {
        yamux.consumed(data.readableBytes, on: id, at: now)
        switch pingStream?.receive(data, at: now) {
        case .incomplete: return
        case .complete(let span): outbox.events.append(.pinged(span))
        case .wrong, nil: drop(id)
        }
    }

    private mutating func echo(
        _ data: Bytes, after begun: Int, on id: UInt32, at now: Instant, into outbox: inout Outbox
    ) {
        guard yamux.unsentBytes(on: id) + data.readableBytes <= Ping.maximumQueuedEcho else { return drop(id) }
        yamux.consumed(data.readableBytes, on: id, at: now)
        _ = yamux.write(data, to: id)
        let length = begun + data.readableBytes
        streams[id] = .echoing(length % Ping.length)
        if length >= Ping.length { outbox.events.append(.pingReceived) }
    }

    // MARK: Ends

    mutating func receiveEnd(of id: UInt32, at now: Instant, into outbox: inout Outbox) {
        switch streams[id] {
        case .answering, .pinging: drop(id)
        case .proposing(_, _, let purpose): abandon(id, purpose, .closedByPeer, into: &outbox)
        case .application: outbox.events.append(.streamFinished(StreamID(rawValue: id)))
        case .identifying(let reader): identified(id, reader, into: &outbox)
        case .echoing:
            yamux.finish(id)
            streams[id] = nil
        case .ending: streams[id] = nil
        case nil: return
        }
    }

    /// An answer that cannot be read, or that names another key than the proved one, is dropped: nothing depends on
    /// it.
    private mutating func identified(_ id: UInt32, _ reader: IdentifyReader, into outbox: inout Outbox) {
        yamux.finish(id)
        streams[id] = nil
        guard let info = try? reader.finish() else { return }
        guard info.publicKey == nil || info.publicKey == peer.publicKey else { return }
        outbox.events.append(.identified(info))
    }

    mutating func receiveReset(of id: UInt32, into outbox: inout Outbox) {
        let stream = StreamID(rawValue: id)
        switch streams[id] {
        case .proposing(_, _, .application): outbox.events.append(.streamRefused(stream, .closedByPeer))
        case .application: outbox.events.append(.streamReset(stream))
        default: break
        }
        forget(id)
    }
}
