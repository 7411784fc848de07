import DequeModule

/// The streams of one connection: frames in, frames out, windows, and fair turns among the senders.
///
/// Nothing is sent by itself: entries change state, and the owner then calls ``fill(_:room:)`` until there is nothing
/// left to send. Bytes of a stream are acknowledged to the sender (by a larger window) only when their reader
/// consumed them.
package struct YamuxSession: Sendable {
    let settings: ConnectionSettings
    /// Whether this side's numbers are odd.
    let isInitiator: Bool

    var streams: [UInt32: YamuxStream] = [:]
    private var nextStream: UInt32
    private var inboundCount = 0
    private var outboundCount = 0

    /// Streams opened here that wait for a place among the unacknowledged.
    private var waiting: Deque<UInt32> = []
    private var unacknowledged = 0

    /// Headers that go before all data: answers, window updates, resets.
    private var control: Deque<YamuxFrame> = []
    /// Streams that can send, in the order of their turns.
    private var senders: Deque<UInt32> = []
    /// Bytes queued over all streams.
    package private(set) var unsentBytes = 0

    /// The data frame whose content is being received.
    var incoming: (stream: UInt32, rest: Int)?
    /// The start of a header that has not come completely.
    var remainder = Bytes()
    /// Bytes received and not consumed, over all streams.
    package internal(set) var unconsumedBytes = 0
    /// Bytes by which windows have outgrown their initial size, over all streams.
    private var grownBytes = 0
    /// The smoothed round trip; windows grow only once it is known.
    var roundTrip: TimeSpan?

    package init(isInitiator: Bool, settings: ConnectionSettings) {
        self.isInitiator = isInitiator
        self.settings = settings
        nextStream = isInitiator ? 1 : 2
    }

    func isOwn(_ id: UInt32) -> Bool { (id % 2 == 1) == isInitiator }

    /// More control frames wait than the settings allow, because the other side does not read.
    package var isOverloaded: Bool { control.count > settings.maximumQueuedControlFrames }

    var canFill: Bool { !control.isEmpty || !senders.isEmpty }

    package func unsentBytes(on id: UInt32) -> Int { streams[id]?.queuedBytes ?? 0 }

    // MARK: Opening and ending

    /// Opens a stream.
    /// - Returns: nil when the settings allow no more or the numbers have run out.
    package mutating func open(at now: Instant) -> UInt32? {
        guard outboundCount < settings.maximumOutboundStreams, nextStream <= UInt32.max - 2 else { return nil }
        let id = nextStream
        nextStream += 2
        outboundCount += 1
        streams[id] = YamuxStream(sending: .waiting, at: now)
        waiting.append(id)
        announceWaiting()
        return id
    }

    /// Lets waiting streams into the backlog as far as there is room.
    private mutating func announceWaiting() {
        while unacknowledged < settings.acknowledgementBacklog, let id = waiting.popFirst() {
            guard streams[id] != nil else { continue }
            streams[id]?.sending = .announcing(.syn)
            streams[id]?.awaitsAcknowledgement = true
            unacknowledged += 1
            schedule(id)
        }
    }

    /// Takes a stream of the other side.
    /// - Returns: false when it is refused because there are too many.
    mutating func accept(_ id: UInt32, at now: Instant) -> Bool {
        guard inboundCount < settings.maximumInboundStreams else {
            control.append(YamuxFrame(.windowUpdate, .rst, stream: id))
            return false
        }
        inboundCount += 1
        streams[id] = YamuxStream(sending: .announcing(.ack), at: now)
        schedule(id)
        return true
    }

    /// Any frame of the other side on a stream opened here shows that it took the stream.
    mutating func acknowledge(_ id: UInt32) {
        guard streams[id]?.awaitsAcknowledgement == true else { return }
        streams[id]?.awaitsAcknowledgement = false
        unacknowledged -= 1
        announceWaiting()
    }

    /// Ends this side of a stream after the queued data; calling it again changes nothing.
    package mutating func finish(_ id: UInt32) {
        switch streams[id]?.sending {
        case .open: streams[id]?.sending = .finishing
        case .waiting, .announcing: streams[id]?.endsAfterAnnouncing = true
        case .finishing, .finished, nil: return
        }
        schedule(id)
    }

    /// Ends a stream at once and tells the other side.
    package mutating func reset(_ id: UInt32) {
        guard let stream = streams[id] else { return }
        if stream.sending != .waiting, stream.sending != .announcing(.syn) {
            control.append(YamuxFrame(.windowUpdate, .rst, stream: id))
        }
        remove(id)
    }

    /// Forgets a stream.
    mutating func remove(_ id: UInt32) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        unsentBytes -= stream.queuedBytes
        unconsumedBytes -= stream.unconsumed
        grownBytes -= stream.window - YamuxStream.initialWindow
        if isOwn(id) { outboundCount -= 1 } else { inboundCount -= 1 }
        if stream.awaitsAcknowledgement {
            unacknowledged -= 1
            announceWaiting()
        }
    }

    /// Forgets a stream that both sides have ended.
    mutating func removeIfOver(_ id: UInt32, events: inout [YamuxEvent]) {
        guard streams[id]?.isOver == true else { return }
        remove(id)
        events.append(.over(id))
    }

    // MARK: Sending

    /// Queues data.
    /// - Returns: false when the stream is not open for sending (the data is dropped).
    package mutating func write(_ data: Bytes, to id: UInt32) -> Bool {
        guard streams[id]?.append(data, lowWaterMark: settings.lowWaterMark) == true else { return false }
        guard data.readableBytes > 0 else { return true }
        unsentBytes += data.readableBytes
        schedule(id)
        return true
    }

    package mutating func ping(_ number: UInt32) {
        control.append(YamuxFrame(.ping, .syn, length: number))
    }

    mutating func answerPing(_ number: UInt32) {
        control.append(YamuxFrame(.ping, .ack, length: number))
    }

    mutating func goAway(_ code: UInt32) {
        control.append(YamuxFrame(.goAway, length: code))
    }

    mutating func schedule(_ id: UInt32) {
        guard streams[id]?.takeTurn() == true else { return }
        senders.append(id)
    }

    /// Appends frames to `output`: control frames first, then each sender in its turn at most one frame of data. Where
    /// nobody else waits for a turn, the frame is as long as there is room.
    /// - Parameter room: most bytes to append; at least a header and one byte.
    package mutating func fill(_ output: inout Bytes, room: Int, events: inout [YamuxEvent]) {
        let end = output.readableBytes + room
        while output.readableBytes + YamuxFrame.headerLength <= end, let frame = control.popFirst() {
            frame.write(to: &output)
        }
        while output.readableBytes + YamuxFrame.headerLength < end, let id = senders.popFirst() {
            streams[id]?.isScheduled = false
            send(id, into: &output, room: end - output.readableBytes - YamuxFrame.headerLength, events: &events)
            schedule(id)
        }
    }

    /// About what `fill` would append, to reserve memory.
    var fillEstimate: Int {
        (control.count + 2 * senders.count) * YamuxFrame.headerLength + (senders.isEmpty ? 0 : unsentBytes)
    }

    private mutating func send(_ id: UInt32, into output: inout Bytes, room: Int, events: inout [YamuxEvent]) {
        guard let stream = streams[id] else { return }
        switch stream.sending {
        case .announcing(let flags):
            YamuxFrame(.windowUpdate, flags, stream: id).write(to: &output)
            streams[id]?.sending = stream.endsAfterAnnouncing ? .finishing : .open
        case .open:
            sendData(id, into: &output, room: room, events: &events)
        case .finishing where stream.queuedBytes > 0:
            sendData(id, into: &output, room: room, events: &events)
        case .finishing:
            YamuxFrame(.windowUpdate, .fin, stream: id).write(to: &output)
            streams[id]?.sending = .finished
            removeIfOver(id, events: &events)
        case .waiting, .finished:
            return
        }
    }

    private mutating func sendData(_ id: UInt32, into output: inout Bytes, room: Int, events: inout [YamuxEvent]) {
        let most = senders.isEmpty ? room : min(settings.maximumDataFrame, room)
        guard let count = streams[id]?.sendable(atMost: most), count > 0 else { return }
        YamuxFrame(.data, stream: id, length: UInt32(count)).write(to: &output)
        let isDrained = streams[id]?.send(count, into: &output, lowWaterMark: settings.lowWaterMark) == true
        unsentBytes -= count
        if isDrained { events.append(.writable(id)) }
    }

    // MARK: Windows

    /// The reader took `count` bytes; the window opens again once half of it can be.
    package mutating func consumed(_ count: Int, on id: UInt32, at now: Instant) {
        guard let stream = streams[id] else { return }
        let taken = max(0, min(count, stream.unconsumed))
        streams[id]?.unconsumed -= taken
        unconsumedBytes -= taken
        guard !stream.receivedEnd, stream.openable + taken >= stream.window / 2 else { return }
        growWindow(id, at: now)
        guard let grown = streams[id], let delta = UInt32(exactly: grown.openable), delta > 0 else { return }
        streams[id]?.receiveWindow += Int(delta)
        streams[id]?.epoch = now
        control.append(YamuxFrame(.windowUpdate, stream: id, length: delta))
    }

    /// Doubles the window of a stream that used half of it within four round trips: there the window, not the link,
    /// sets the pace (as go-yamux does).
    private mutating func growWindow(_ id: UInt32, at now: Instant) {
        guard let roundTrip, let stream = streams[id], now.since(stream.epoch) < roundTrip * 4 else { return }
        let budget = settings.windowGrowthBudget - grownBytes
        let growth = min(stream.window, settings.maximumWindow - stream.window, budget)
        guard growth > 0 else { return }
        streams[id]?.window += growth
        grownBytes += growth
    }
}
