import DequeModule

/// A connection after the handshake: the encrypted channel, the streams, what each is used for, and the protocols that
/// every connection speaks by itself (identify and ping).
struct Session: Sendable {
    typealias Outbox = Connection.Outbox

    /// What is the same for all of a node's connections.
    struct Profile: Sendable {
        let supported: [String]
        let identify: Bytes
        let settings: ConnectionSettings

        init(
            supported: [String], identify: IdentifyInfo, publicKey: PublicKey, settings: ConnectionSettings
        ) {
            let all = supported + [IdentifyInfo.protocolID, Ping.protocolID]
            var info = identify
            if info.publicKey == nil { info.publicKey = publicKey }
            if info.protocols.isEmpty { info.protocols = all }
            var writer = Writer()
            writer.delimited(info.encoded)
            self.supported = all
            self.identify = writer.bytes
            self.settings = settings
        }
    }

    /// What came of opening a stream.
    enum Opening: Hashable, Sendable {
        case opened(UInt32)
        case refused(Connection.StreamRefusal)
    }

    let peer: PeerID
    let profile: Profile
    private var channel: SecureChannel
    var yamux: YamuxSession
    var streams: [UInt32: Stream] = [:]
    /// In the order of time, because all streams get the same span.
    private var deadlines: Deque<Deadline> = []
    private var keepAlive: KeepAlive
    var pingStream: Ping?
    private var random: RandomSource
    /// The other side said that it ends the session in good order; no streams are opened any more.
    private(set) var peerWentAway = false
    /// Whether the socket takes more.
    var isWritable = true

    init(
        channel: SecureChannel, peer: PeerID, isInitiator: Bool, profile: Profile, random: RandomSource,
        at now: Instant
    ) {
        self.channel = channel
        self.peer = peer
        self.profile = profile
        self.random = random
        yamux = YamuxSession(isInitiator: isInitiator, settings: profile.settings)
        keepAlive = KeepAlive(settings: profile.settings, isInitiator: isInitiator, at: now)
    }

    var roundTrip: TimeSpan? { keepAlive.roundTrip }

    /// In the past when a burst was cut short.
    var nextDeadline: Instant {
        if isWritable, yamux.canFill { return .zero }
        return min(keepAlive.deadline, deadlines.first?.at ?? .distantFuture)
    }

    func unsentBytes(on stream: StreamID) -> Int { yamux.unsentBytes(on: stream.rawValue) }

    // MARK: Time

    /// Asks who the other side is, and measures the round trip.
    mutating func begin(at now: Instant) {
        _ = open(IdentifyInfo.protocolID, for: .identify, at: now)
        if case .ping(let number) = keepAlive.wake(at: now) { yamux.ping(number) }
    }

    mutating func wake(at now: Instant, into outbox: inout Outbox) throws(CloseReason) {
        switch keepAlive.wake(at: now) {
        case .nothing: break
        case .ping(let number): yamux.ping(number)
        case .dead: throw .keepAliveTimedOut
        }
        while let first = deadlines.first, first.at <= now {
            deadlines.removeFirst()
            expire(first.stream, at: now, into: &outbox)
        }
    }

    /// See ``Connection/check(within:at:into:)``.
    mutating func check(within patience: TimeSpan, at now: Instant) {
        if case .ping(let number) = keepAlive.check(within: patience, at: now) { yamux.ping(number) }
    }

    mutating func setDeadline(_ stream: UInt32, at now: Instant) {
        // Streams that ended early leave their deadlines behind; they are swept before they can pile up.
        if deadlines.count > 2 * streams.count + 64 {
            deadlines.removeAll { streams[$0.stream]?.hasDeadline != true }
        }
        deadlines.append(Deadline(at: now + profile.settings.streamOpenTimeout, stream: stream))
    }

    private mutating func expire(_ id: UInt32, at now: Instant, into outbox: inout Outbox) {
        switch streams[id] {
        case .proposing(_, _, let purpose): abandon(id, purpose, .timedOut, into: &outbox)
        case .answering, .identifying, .ending: drop(id)
        case .pinging:
            if pingStream?.isOverdue(at: now, limit: profile.settings.streamOpenTimeout) == true { drop(id) }
        case .application, .echoing, nil: return
        }
    }

    // MARK: Bytes

    /// Decrypts all complete frames of `input` and works through them.
    mutating func receive(
        _ input: inout Bytes, at now: Instant, into outbox: inout Outbox
    ) throws(CloseReason) {
        let plaintext: Bytes
        do throws(NoiseError) {
            plaintext = try channel.open(&input)
        } catch {
            throw .decryptionFailed
        }
        try receive(plaintext: plaintext, at: now, into: &outbox)
    }

    mutating func receive(
        plaintext: Bytes, at now: Instant, into outbox: inout Outbox
    ) throws(CloseReason) {
        guard plaintext.readableBytes > 0 else { return }
        keepAlive.heard(at: now)
        var events: [YamuxEvent] = []
        var violation: YamuxError?
        do throws(YamuxError) {
            try yamux.receive(plaintext, at: now, events: &events)
        } catch {
            violation = error
        }
        for event in events { try handle(event, at: now, into: &outbox) }
        if let violation { throw .yamuxViolation(violation) }
    }

    /// Encrypts what can be sent now, up to the size of a burst.
    mutating func flush(into outbox: inout Outbox) throws(CloseReason) {
        guard isWritable else {
            if yamux.isOverloaded { throw .overloaded }
            return
        }
        var events: [YamuxEvent] = []
        var sent = 0
        while yamux.canFill, sent < profile.settings.maximumBurst {
            var frame = SecureChannel.newFrame(reserving: yamux.fillEstimate)
            yamux.fill(&frame, room: SecureChannel.maximumPlaintext, events: &events)
            guard frame.readableBytes > SecureChannel.lengthPrefix else { break }
            do throws(NoiseError) {
                try channel.seal(&frame)
            } catch {
                throw .handshakeFailed(error)
            }
            sent += frame.readableBytes
            outbox.bytes.append(frame)
        }
        for event in events { handleSent(event, into: &outbox) }
    }

    /// Tells the other side that the session ends, whether or not it still reads.
    mutating func sayGoodbye(_ reason: CloseReason, into outbox: inout Outbox) {
        switch reason {
        case .closedHere, .wentAway: yamux.goAway(YamuxFrame.GoAway.normal)
        case .yamuxViolation: yamux.goAway(YamuxFrame.GoAway.protocolError)
        case .disconnected, .decryptionFailed: return
        default: yamux.goAway(YamuxFrame.GoAway.internalError)
        }
        isWritable = true
        // The connection ends either way; a failure to say so changes nothing.
        try? flush(into: &outbox)
    }

    // MARK: Events of yamux

    private mutating func handle(
        _ event: YamuxEvent, at now: Instant, into outbox: inout Outbox
    ) throws(CloseReason) {
        switch event {
        case .opened(let id):
            streams[id] = .answering(MultistreamResponder(), Bytes())
            setDeadline(id, at: now)
        case .data(let id, let data): receive(data, on: id, at: now, into: &outbox)
        case .finished(let id): receiveEnd(of: id, at: now, into: &outbox)
        case .reset(let id): receiveReset(of: id, into: &outbox)
        case .over, .writable: handleSent(event, into: &outbox)
        case .ponged(let number):
            guard let span = keepAlive.ponged(number, at: now) else { return }
            yamux.roundTrip = keepAlive.roundTrip
            outbox.events.append(.pinged(span))
        case .wentAway(YamuxFrame.GoAway.normal): peerWentAway = true
        case .wentAway(let code): throw .wentAway(code: code)
        }
    }

    /// What sending alone can bring about.
    private mutating func handleSent(_ event: YamuxEvent, into outbox: inout Outbox) {
        switch event {
        case .writable(let id) where isOwned(id): outbox.events.append(.streamWritable(StreamID(rawValue: id)))
        case .over(let id): forget(id)
        default: return
        }
    }

    /// Whether the connection's owner knows of the stream.
    func isOwned(_ id: UInt32) -> Bool {
        switch streams[id] {
        case .application, .proposing(_, _, .application): true
        default: false
        }
    }

    // MARK: Commands

    mutating func open(_ protocolID: String, at now: Instant) -> Opening {
        guard !peerWentAway else { return .refused(.notConnected) }
        guard let id = open(protocolID, for: .application, at: now) else { return .refused(.tooManyStreams) }
        return .opened(id)
    }

    mutating func open(_ protocolID: String, for purpose: Purpose, at now: Instant) -> UInt32? {
        guard let id = yamux.open(at: now) else { return nil }
        let negotiation = MultistreamInitiator(proposals: [protocolID])
        var proposal = Bytes()
        negotiation.start(into: &proposal)
        _ = yamux.write(proposal, to: id)
        streams[id] = .proposing(negotiation, Bytes(), purpose)
        setDeadline(id, at: now)
        return id
    }

    mutating func write(_ data: Bytes, to stream: StreamID, into outbox: inout Outbox) {
        guard isOwned(stream.rawValue) else { return }
        guard yamux.unsentBytes + data.readableBytes <= profile.settings.maximumUnsentBytes else {
            drop(stream.rawValue)
            outbox.events.append(.streamReset(stream))
            return
        }
        _ = yamux.write(data, to: stream.rawValue)
    }

    mutating func consumed(_ count: Int, on stream: StreamID, at now: Instant) {
        guard isOwned(stream.rawValue) else { return }
        yamux.consumed(count, on: stream.rawValue, at: now)
    }

    mutating func finish(_ stream: StreamID) {
        guard isOwned(stream.rawValue) else { return }
        yamux.finish(stream.rawValue)
    }

    mutating func reset(_ stream: StreamID) {
        guard isOwned(stream.rawValue) else { return }
        drop(stream.rawValue)
    }

    mutating func ping(at now: Instant) {
        guard pingStream?.isWaiting != true else { return }
        if pingStream == nil, let id = open(Ping.protocolID, for: .ping, at: now) { pingStream = Ping(stream: id) }
        guard let id = pingStream?.stream, let payload = pingStream?.send(random: &random, at: now) else { return }
        _ = yamux.write(Bytes(bytes: payload), to: id)
        setDeadline(id, at: now)
    }

    /// Resets a stream and forgets it, without an event.
    mutating func drop(_ id: UInt32) {
        yamux.reset(id)
        forget(id)
    }

    mutating func forget(_ id: UInt32) {
        streams[id] = nil
        if pingStream?.stream == id { pingStream = nil }
    }

    /// Gives up a stream opened here that did not come about.
    mutating func abandon(
        _ id: UInt32, _ purpose: Purpose, _ refusal: Connection.StreamRefusal, into outbox: inout Outbox
    ) {
        drop(id)
        guard purpose == .application else { return }
        outbox.events.append(.streamRefused(StreamID(rawValue: id), refusal))
    }
}
