import DequeModule

/// One stream's windows, queue and ends.
struct YamuxStream: Sendable {
    /// Bytes that either side may send before the other has said anything.
    static let initialWindow = 256 << 10

    /// How far this side has gone in sending.
    enum Sending: Hashable, Sendable {
        /// Waits for a place among the unacknowledged streams.
        case waiting
        /// The opening or acknowledging header is still to be sent, with these flags.
        case announcing(YamuxFrame.Flags)
        case open
        /// The end follows the queued data.
        case finishing
        case finished
    }

    var sending: Sending
    /// Set while `sending` still has to announce the stream, when the end was asked for before.
    var endsAfterAnnouncing = false
    var receivedEnd = false
    /// Opened here and not acknowledged; counts against the backlog.
    var awaitsAcknowledgement = false

    /// Bytes that the other side still takes.
    var sendWindow = YamuxStream.initialWindow
    var queue: Deque<Bytes> = []
    var queuedBytes = 0
    /// Whether the stream has its place in the round of senders.
    var isScheduled = false
    /// Whether the writer is to be told when the queue has drained.
    var tellsWritable = false

    /// Size of the receive window when fully open.
    var window = YamuxStream.initialWindow
    /// Bytes that the other side may still send.
    var receiveWindow = YamuxStream.initialWindow
    /// Bytes received and not consumed by the reader.
    var unconsumed = 0
    /// When the window was last opened; a window that empties faster than the round trip holds the sender up.
    var epoch: Instant

    init(sending: Sending, at now: Instant) {
        self.sending = sending
        epoch = now
    }

    /// Bytes that the window can be opened by.
    var openable: Int { window - receiveWindow - unconsumed }

    /// Whether there is something to send now.
    var canSend: Bool {
        switch sending {
        case .waiting, .finished: false
        case .announcing: true
        case .open: queuedBytes > 0 && sendWindow > 0
        case .finishing: queuedBytes == 0 || sendWindow > 0
        }
    }

    var isOver: Bool { receivedEnd && sending == .finished }

    // What changes the queue is in here, where it has one owner: beside a copy of the stream it would be copied too.

    /// Queues data.
    /// - Returns: false when the stream is not open for sending.
    mutating func append(_ data: Bytes, lowWaterMark: Int) -> Bool {
        guard !endsAfterAnnouncing, sending != .finishing, sending != .finished else { return false }
        guard data.readableBytes > 0 else { return true }
        queue.append(data)
        queuedBytes += data.readableBytes
        if queuedBytes > lowWaterMark { tellsWritable = true }
        return true
    }

    /// Takes a place in the round of senders.
    /// - Returns: false when it has one or has nothing to send.
    mutating func takeTurn() -> Bool {
        guard canSend, !isScheduled else { return false }
        isScheduled = true
        return true
    }

    /// Bytes that can be sent now. Mutating, so that the stream is asked where it lies.
    mutating func sendable(atMost most: Int) -> Int { min(queuedBytes, sendWindow, most) }

    /// Moves bytes from the queue to `output`, `count` of those that are ``sendable(atMost:)``.
    /// - Returns: whether the writer is to be told that the queue fell to the low-water mark.
    mutating func send(_ count: Int, into output: inout Bytes, lowWaterMark: Int) -> Bool {
        drain(count, into: &output)
        sendWindow -= count
        guard tellsWritable, queuedBytes <= lowWaterMark else { return false }
        tellsWritable = false
        return true
    }

    /// Takes up to `count` bytes off the front of the queue and appends them to `output`.
    private mutating func drain(_ count: Int, into output: inout Bytes) {
        var rest = count
        while rest > 0, var first = queue.popFirst() {
            if let part = first.readSlice(length: min(rest, first.readableBytes)) {
                rest -= part.readableBytes
                output.append(part)
            }
            if first.readableBytes > 0 { queue.prepend(first) }
        }
        queuedBytes -= count - rest
    }
}
