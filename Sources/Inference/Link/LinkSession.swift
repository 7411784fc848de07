import Overlay

/// One link over a real byte stream: the connection's handshakes and multiplexing below, messages and circuit streams
/// above. What goes in are bytes from the wire and the core's actions; what comes out are bytes for the wire and
/// ``LinkEvent``s for the core.
///
/// The dialer opens the control stream; both ends send on it. Circuit streams are numbered by ``StreamRef``, odd for
/// those that this end opens.
public struct LinkSession: Sendable {
    /// Protocol of the one control stream of a link.
    public static let controlProtocol = "/sam/link/1.0.0"
    /// Protocol of each circuit stream.
    public static let circuitProtocol = "/sam/circuit/1.0.0"

    /// What an entry leaves for the driver to carry out.
    public struct Outbox: Sendable {
        public var bytes: [Bytes] = []
        public var events: [LinkEvent] = []

        public init() {}
    }

    private enum State {
        /// The connection's handshakes run.
        case connecting
        /// The other side is proven. The control stream is nil on the accepting end until the dialer opened it; what is
        /// to be said meanwhile waits.
        case established(control: StreamID?, waiting: [Bytes])
        case closed
    }

    private let role: Connection.Role
    private let address: String
    private var connection: Connection
    private var state = State.connecting
    private var frames = LinkFrames()
    private var refs: [StreamID: StreamRef] = [:]
    private(set) var streams: [StreamRef: StreamID] = [:]
    /// Bytes written to a stream and not yet reported as sent.
    private var outstanding: [StreamRef: Int] = [:]
    /// Streams that this end, or the other, sends nothing more on; one that both have finished is forgotten.
    private var finishedHere: Set<StreamRef> = []
    private var finishedThere: Set<StreamRef> = []
    private var nextInbound: UInt64 = 2
    /// Why this end closes, in words.
    private var closingBecause: String?
    /// The last words wait for the control stream until then; nil unless this end closes before it is there.
    private var closesAt: Instant?
    /// The dialer opens the control stream together with its last handshake message, so that one round trip is enough.
    private static let lastWordsWait = TimeSpan.seconds(2)
    /// Messages that may wait while the dialer has not opened the control stream: a hello and a verdict, and some.
    private static let mostWaiting = 8

    /// - Parameter servesLibP2P: whether the other side may open streams of libp2p's DHT.
    public init(
        role: Connection.Role, identity: Identity, expecting: PeerID?, address: String, identify: IdentifyInfo,
        servesLibP2P: Bool = false, settings: ConnectionSettings, random: RandomSource, at now: Instant
    ) {
        self.role = role
        self.address = address
        let own = [Self.controlProtocol, Self.circuitProtocol]
        connection = Connection(
            role: role, identity: identity, expecting: expecting,
            supported: own + (servesLibP2P ? [LibP2PKademliaMessage.protocolID] : []), identify: identify,
            settings: settings, random: random, at: now)
    }

    public var nextDeadline: Instant? {
        guard let closesAt else { return connection.nextDeadline }
        return min(closesAt, connection.nextDeadline ?? closesAt)
    }

    /// Begins the handshake; to be called once, before anything else.
    public mutating func start(at now: Instant, into outbox: inout Outbox) {
        withConnection(at: now, into: &outbox) { $0.start(at: now, into: &$1) }
    }

    /// Bytes from the wire, cut as it pleases.
    public mutating func receive(_ bytes: Bytes, at now: Instant, into outbox: inout Outbox) {
        withConnection(at: now, into: &outbox) { $0.receive(bytes, at: now, into: &$1) }
    }

    /// The time of ``nextDeadline`` has come; an early or late call does no harm.
    public mutating func wake(at now: Instant, into outbox: inout Outbox) {
        if let closesAt, closesAt <= now { return closeNow(at: now, into: &outbox) }
        withConnection(at: now, into: &outbox) { $0.wake(at: now, into: &$1) }
    }

    /// Tells whether the socket takes more; while it does not, what is written waits inside and counts as unsent.
    public mutating func setWritable(_ writable: Bool, at now: Instant, into outbox: inout Outbox) {
        withConnection(at: now, into: &outbox) { $0.setWritable(writable, at: now, into: &$1) }
    }

    /// The socket has ended.
    public mutating func disconnected(_ reason: String?, at now: Instant, into outbox: inout Outbox) {
        if let reason, closingBecause == nil { closingBecause = reason }
        withConnection(at: now, into: &outbox) { $0.disconnected(at: now, into: &$1) }
    }

    // MARK: The core's actions

    /// Queues a message behind those before it. Before the control stream is there a few wait; others are dropped.
    public mutating func send(_ message: LinkMessage, at now: Instant, into outbox: inout Outbox) {
        let frame = LinkFrames.frame(message.encode())
        guard case .established(let control, let waiting) = state else { return }
        guard let control else {
            if waiting.count < Self.mostWaiting { state = .established(control: nil, waiting: waiting + [frame]) }
            return
        }
        withConnection(at: now, into: &outbox) { $0.write(frame, to: control, at: now, into: &$1) }
    }

    /// Opens a circuit stream under an odd number of the core's. ``LinkEvent/streamReset(_:)`` says that none can be had.
    public mutating func openStream(_ ref: StreamRef, at now: Instant, into outbox: inout Outbox) {
        guard case .established = state else { return }
        var opened = StreamID(rawValue: 0)
        withConnection(at: now, into: &outbox) {
            opened = $0.openStream(Self.circuitProtocol, at: now, into: &$1)
        }
        // Number 0 says that no stream could be opened.
        guard opened.rawValue != 0 else { return outbox.events.append(.streamReset(ref)) }
        bind(ref, to: opened)
    }

    /// Queues bytes of a stream; ``LinkEvent/streamSent(_:_:)`` follows when they have left.
    public mutating func write(_ bytes: Bytes, to ref: StreamRef, at now: Instant, into outbox: inout Outbox) {
        guard let stream = streams[ref] else { return }
        outstanding[ref, default: 0] += bytes.readableBytes
        withConnection(at: now, into: &outbox) { $0.write(bytes, to: stream, at: now, into: &$1) }
    }

    /// The reader took this many bytes of a stream, so that the other side may send as many more.
    public mutating func consumed(_ count: Int, of ref: StreamRef, at now: Instant, into outbox: inout Outbox) {
        guard let stream = streams[ref] else { return }
        withConnection(at: now, into: &outbox) { $0.consumed(count, on: stream, at: now, into: &$1) }
    }

    /// Ends this side of a stream behind everything written to it.
    public mutating func finish(_ ref: StreamRef, at now: Instant, into outbox: inout Outbox) {
        guard let stream = streams[ref] else { return }
        finishedHere.insert(ref)
        withConnection(at: now, into: &outbox) { $0.finish(stream, at: now, into: &$1) }
        forgetIfOver(ref)
    }

    /// Ends a stream both ways at once; what was not sent is dropped.
    public mutating func reset(_ ref: StreamRef, at now: Instant, into outbox: inout Outbox) {
        guard let stream = streams[ref] else { return }
        unbind(ref)
        withConnection(at: now, into: &outbox) { $0.reset(stream, at: now, into: &$1) }
    }

    /// Ends the link behind what was sent. What waits for the control stream is sent when it comes, which is soon.
    public mutating func close(reason: String, at now: Instant, into outbox: inout Outbox) {
        closingBecause = reason
        if case .established(nil, let waiting) = state, !waiting.isEmpty {
            closesAt = closesAt ?? now + Self.lastWordsWait
            return
        }
        closeNow(at: now, into: &outbox)
    }

    private mutating func closeNow(at now: Instant, into outbox: inout Outbox) {
        closesAt = nil
        withConnection(at: now, into: &outbox) { $0.close(at: now, into: &$1) }
    }

    /// Measures the round trip; ``LinkEvent/roundTrip(_:)`` follows.
    public mutating func ping(at now: Instant, into outbox: inout Outbox) {
        withConnection(at: now, into: &outbox) { $0.ping(at: now, into: &$1) }
    }

    /// Asks the other side at once whether it is still there; the link ends when nothing comes from it for this long.
    public mutating func check(within patience: TimeSpan, at now: Instant, into outbox: inout Outbox) {
        withConnection(at: now, into: &outbox) { $0.check(within: patience, at: now, into: &$1) }
    }

    // MARK: The connection's events

    private mutating func withConnection(
        at now: Instant, into outbox: inout Outbox, _ body: (inout Connection, inout Connection.Outbox) -> Void
    ) {
        var below = Connection.Outbox()
        body(&connection, &below)
        outbox.bytes.append(contentsOf: below.bytes)
        for event in below.events { handle(event, at: now, into: &outbox) }
        reportSent(into: &outbox)
    }

    private mutating func handle(_ event: Connection.Event, at now: Instant, into outbox: inout Outbox) {
        // An event before this one may have led to the end.
        if case .closed = state { return }
        switch event {
        case .established(let peer):
            established(peer, at: now, into: &outbox)
        case .streamOpened(let stream, let protocolID):
            streamOpened(stream, protocolID, at: now, into: &outbox)
        case .streamData(let stream, let bytes):
            streamData(stream, bytes, at: now, into: &outbox)
        case .streamFinished(let stream):
            if let ref = refs[stream] {
                finishedThere.insert(ref)
                outbox.events.append(.streamFinished(ref))
                forgetIfOver(ref)
            }
            if isControl(stream) { closeForControl("the control stream ended", at: now, into: &outbox) }
        case .streamReset(let stream), .streamRefused(let stream, _):
            if isControl(stream) {
                closeForControl("the other side is not a node of a mesh", at: now, into: &outbox)
            }
            guard let ref = refs[stream] else { return }
            unbind(ref)
            outbox.events.append(.streamReset(ref))
        case .streamAccepted, .streamWritable, .pingReceived:
            break
        case .identified(let info):
            outbox.events.append(.identified(info))
        case .pinged(let span):
            outbox.events.append(.roundTrip(span))
        case .closed(let reason):
            state = .closed
            // All streams are over with it, and what was not sent never will be.
            (refs, streams, outstanding) = ([:], [:], [:])
            (finishedHere, finishedThere) = ([], [])
            outbox.events.append(.closed(closingBecause ?? "\(reason)"))
        }
    }

    private mutating func established(_ peer: PeerID, at now: Instant, into outbox: inout Outbox) {
        var control: StreamID?
        state = .established(control: nil, waiting: [])
        if role == .initiator {
            withConnection(at: now, into: &outbox) {
                control = $0.openStream(Self.controlProtocol, at: now, into: &$1)
            }
            state = .established(control: control, waiting: [])
        }
        let direction: LinkDirection = role == .initiator ? .outbound : .inbound
        outbox.events.append(.established(peer, direction, address: address))
    }

    private mutating func streamOpened(
        _ stream: StreamID, _ protocolID: String, at now: Instant, into outbox: inout Outbox
    ) {
        guard protocolID == Self.controlProtocol else {
            let ref = StreamRef(number: nextInbound)
            nextInbound += 2
            bind(ref, to: stream)
            let isOfLibP2P = protocolID == LibP2PKademliaMessage.protocolID
            return outbox.events.append(isOfLibP2P ? .libp2pStreamOpened(ref) : .streamOpened(ref))
        }
        guard case .established(nil, let waiting) = state, role == .responder else {
            return withConnection(at: now, into: &outbox) { $0.reset(stream, at: now, into: &$1) }
        }
        state = .established(control: stream, waiting: [])
        withConnection(at: now, into: &outbox) { connection, below in
            for frame in waiting { connection.write(frame, to: stream, at: now, into: &below) }
        }
        if closesAt != nil { closeNow(at: now, into: &outbox) }
    }

    private mutating func streamData(
        _ stream: StreamID, _ bytes: Bytes, at now: Instant, into outbox: inout Outbox
    ) {
        if let ref = refs[stream] { return outbox.events.append(.streamData(ref, bytes)) }
        guard isControl(stream) else { return }
        // Messages are acted on at once, so the window opens at once.
        withConnection(at: now, into: &outbox) { $0.consumed(bytes.readableBytes, on: stream, at: now, into: &$1) }
        frames.append(bytes)
        do throws(LinkMessageError) {
            while let frame = try frames.next() {
                outbox.events.append(.message(try LinkMessage(decoding: frame)))
            }
        } catch {
            closeForControl("\(error)", at: now, into: &outbox)
        }
    }

    private func isControl(_ stream: StreamID) -> Bool {
        guard case .established(let control?, _) = state else { return false }
        return control == stream
    }

    private mutating func closeForControl(_ reason: String, at now: Instant, into outbox: inout Outbox) {
        closingBecause = reason
        closeNow(at: now, into: &outbox)
    }

    // MARK: Streams

    private mutating func bind(_ ref: StreamRef, to stream: StreamID) {
        refs[stream] = ref
        streams[ref] = stream
    }

    private mutating func unbind(_ ref: StreamRef) {
        guard let stream = streams.removeValue(forKey: ref) else { return }
        refs[stream] = nil
        outstanding[ref] = nil
        finishedHere.remove(ref)
        finishedThere.remove(ref)
    }

    /// The connection says nothing more about a stream that both sides have finished.
    private mutating func forgetIfOver(_ ref: StreamRef) {
        guard finishedHere.contains(ref), finishedThere.contains(ref), outstanding[ref] == nil else { return }
        unbind(ref)
    }

    /// Tells the core how many of the bytes that it wrote have left since it was last told.
    private mutating func reportSent(into outbox: inout Outbox) {
        guard !outstanding.isEmpty else { return }
        for ref in outstanding.keys.sorted() {
            guard let stream = streams[ref], let before = outstanding[ref] else { continue }
            let after = connection.unsentBytes(on: stream)
            guard after < before else { continue }
            outstanding[ref] = after == 0 ? nil : after
            outbox.events.append(.streamSent(ref, before - after))
            forgetIfOver(ref)
        }
    }
}
