extension YamuxSession {
    /// Reads frames out of `plaintext`. Data of a frame is handed on as it comes, in slices of the same memory.
    package mutating func receive(
        _ plaintext: Bytes, at now: Instant, events: inout [YamuxEvent]
    ) throws(YamuxError) {
        var input = joinRemainder(plaintext)
        while true {
            if let (id, rest) = incoming {
                guard let part = input.readSlice(length: min(rest, input.readableBytes)), part.readableBytes > 0
                else { break }
                incoming = rest == part.readableBytes ? nil : (id, rest - part.readableBytes)
                deliver(part, on: id, events: &events)
                if incoming == nil { endIfFinished(id, events: &events) }
                continue
            }
            guard let frame = try YamuxFrame.take(&input) else { break }
            try receive(frame, at: now, events: &events)
        }
        // An empty slice would keep the whole memory alive.
        remainder = input.readableBytes > 0 ? input : Bytes()
    }

    /// At most a header without its last byte is carried over, so joining copies little unless a header was cut.
    private mutating func joinRemainder(_ plaintext: Bytes) -> Bytes {
        guard remainder.readableBytes > 0 else { return plaintext }
        var joined = remainder
        remainder = Bytes()
        joined.append(plaintext)
        return joined
    }

    private mutating func receive(
        _ frame: YamuxFrame, at now: Instant, events: inout [YamuxEvent]
    ) throws(YamuxError) {
        switch frame.kind {
        case .ping where frame.flags.contains(.ack): events.append(.ponged(frame.length))
        case .ping: answerPing(frame.length)
        case .goAway: events.append(.wentAway(frame.length))
        case .data, .windowUpdate: try receiveOnStream(frame, at: now, events: &events)
        }
    }

    private mutating func receiveOnStream(
        _ frame: YamuxFrame, at now: Instant, events: inout [YamuxEvent]
    ) throws(YamuxError) {
        let id = frame.stream
        guard id != 0 else { throw .streamZero }
        if frame.flags.contains(.syn) {
            guard !isOwn(id), streams[id] == nil else { throw .badStreamID(id) }
            if accept(id, at: now) { events.append(.opened(id)) }
        }
        acknowledge(id)
        switch frame.kind {
        case .data: try beginData(frame)
        case .windowUpdate: try widen(id, by: Int(frame.length))
        case .ping, .goAway: return
        }
        if frame.flags.contains(.rst) {
            // Data of the same frame is dropped, because the stream is gone when it comes.
            if streams[id] != nil {
                remove(id)
                events.append(.reset(id))
            }
            return
        }
        if frame.flags.contains(.fin) { try markEnd(id, events: &events) }
    }

    /// Data for a stream that is over here was on its way when it ended; it is read and dropped.
    private mutating func beginData(_ frame: YamuxFrame) throws(YamuxError) {
        guard frame.length > 0 else { return }
        let id = frame.stream
        incoming = (id, Int(frame.length))
        guard let stream = streams[id] else {
            guard Int(frame.length) <= settings.maximumWindow else { throw .windowExceeded(id) }
            return
        }
        guard !stream.receivedEnd else { throw .dataAfterEnd(id) }
        guard Int(frame.length) <= stream.receiveWindow else { throw .windowExceeded(id) }
        streams[id]?.receiveWindow -= Int(frame.length)
    }

    private mutating func widen(_ id: UInt32, by count: Int) throws(YamuxError) {
        guard let stream = streams[id], count > 0 else { return }
        guard stream.sendWindow + count <= Int(UInt32.max) else { throw .windowOverflow(id) }
        streams[id]?.sendWindow += count
        schedule(id)
    }

    private mutating func markEnd(_ id: UInt32, events: inout [YamuxEvent]) throws(YamuxError) {
        guard let stream = streams[id] else { return }
        guard !stream.receivedEnd else { throw .dataAfterEnd(id) }
        streams[id]?.receivedEnd = true
        if incoming == nil { endIfFinished(id, events: &events) }
    }

    /// Reports the end of the other side once all its data has been handed on.
    private mutating func endIfFinished(_ id: UInt32, events: inout [YamuxEvent]) {
        guard let stream = streams[id], stream.receivedEnd else { return }
        events.append(.finished(id))
        removeIfOver(id, events: &events)
    }

    private mutating func deliver(_ part: Bytes, on id: UInt32, events: inout [YamuxEvent]) {
        guard streams[id] != nil else { return }
        guard unconsumedBytes + part.readableBytes <= settings.maximumBufferedBytes else {
            reset(id)
            events.append(.reset(id))
            return
        }
        streams[id]?.unconsumed += part.readableBytes
        unconsumedBytes += part.readableBytes
        events.append(.data(id, part))
    }
}
