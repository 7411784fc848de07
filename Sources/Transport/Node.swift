import DequeModule
import Gossip
import Inference
import Logging
import NIOCore
import Overlay

/// Drives one ``Inference/Peer`` over TCP and UDP: everything of it happens on one event loop, which is this actor's executor.
///
/// It interprets what the core asks for and decides nothing itself.
public actor Node {
    /// One TCP connection and the link session on it.
    struct LinkChannel {
        let channel: any Channel
        var session: LinkSession
        /// The dial that made it, until the other side has proven itself.
        var dial: DialID?
        var timer: Scheduled<Void>?
        var armedAt = Instant.distantFuture
        var isEstablished = false
        /// The address that was dialed, as ``DialMemory`` knows it; nil for a link that the other side opened.
        var dialed: Multiaddr?
        /// Who proved itself on it.
        var peer: PeerID?
        var bytesReceived: UInt64 = 0
        var bytesSent: UInt64 = 0

        // Both are mutating: the session is used where it lies, since a copy would cost more than most entries do.

        /// Runs one entry of the session.
        /// - Returns: the channel, for what the entry has for the wire.
        mutating func run(
            _ body: (inout LinkSession, inout LinkSession.Outbox) -> Void, into outbox: inout LinkSession.Outbox
        ) -> any Channel {
            body(&session, &outbox)
            for bytes in outbox.bytes { bytesSent &+= UInt64(bytes.readableBytes) }
            return channel
        }

        /// Takes away a timer that would fire too late.
        /// - Returns: when the new one has to fire; nil where what is armed is soon enough.
        mutating func rearm() -> Instant? {
            guard let deadline = session.nextDeadline, deadline < armedAt else { return nil }
            timer?.cancel()
            armedAt = deadline
            return deadline
        }
    }

    public nonisolated let id: PeerID
    public nonisolated let meshID: MeshID
    public nonisolated let unownedExecutor: UnownedSerialExecutor

    nonisolated let eventLoop: any EventLoop
    let configuration: DriverConfiguration
    let logger: Logger
    let startedAt: Instant

    public internal(set) var peer: Peer
    var channels: [LinkID: LinkChannel] = [:]
    var dials: [DialID: DialState] = [:]
    var dialMemory: DialMemory
    var inbound = InboundMemory()
    var listeners: [any Channel] = []
    var datagrams: DatagramEndpoint
    var datagramChannels: [any Channel] = []
    /// Sockets that dial-backs of others are sent from, and that nobody is told of.
    var dialBackChannels: [any Channel] = []
    var listening: [Multiaddr] = []
    var calls: [ExchangeID: CallState] = [:]
    var serves: [ServingID: ServeState] = [:]
    let arrivals: AsyncStream<Arrival>
    let arrivalsInput: AsyncStream<Arrival>.Continuation
    var watchers: [UInt64: AsyncStream<CatalogChange>.Continuation] = [:]
    var revocationWatchers: [UInt64: AsyncStream<Void>.Continuation] = [:]

    private var random: RandomSource
    private var nextLink: UInt64 = 1
    var nextWatcher: UInt64 = 1
    /// Searches for services that somebody waits for.
    var searches: [SearchID: PendingSearch] = [:]
    var nextSearch: UInt64 = 1
    /// Searches for what agents ask for and the catalog does not list.
    var seeking: [Topic: Task<Void, Never>] = [:]
    private var events: Deque<(LinkID, LinkEvent)> = []
    private var isDraining = false
    private var timer: Scheduled<Void>?
    private var armedAt = Instant.distantFuture

    public init(
        _ configuration: DriverConfiguration, on eventLoop: any EventLoop, logger: Logger
    ) throws(ContactRefusal) {
        var random = RandomSource(seed: configuration.seed)
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        unownedExecutor = eventLoop.executor.asUnownedSerialExecutor()
        id = configuration.peer.identity.peerID
        meshID = configuration.peer.meshID
        peer = try Peer(configuration.peer, random: random.fork(), at: NodeClock.now)
        datagrams = DatagramEndpoint(
            identity: configuration.peer.identity, mesh: configuration.peer.meshID.bytes,
            settings: configuration.datagrams, random: random.fork(), at: NodeClock.instant)
        self.random = random
        dialMemory = DialMemory(
            capacity: configuration.transport.rememberedDials, bootstraps: configuration.peer.bootstraps)
        startedAt = NodeClock.instant
        (arrivals, arrivalsInput) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(configuration.transport.servingBacklog))
    }

    // MARK: Entries into the core

    /// Runs one entry of the core and carries out what it asks for.
    func enter<Result>(_ body: (inout Peer, Moment, inout PeerOutbox) -> Result) -> Result {
        var outbox = PeerOutbox()
        let result = body(&peer, NodeClock.now, &outbox)
        // What carrying out calls back with waits until the outbox is empty.
        let wasDraining = isDraining
        isDraining = true
        carryOut(outbox)
        isDraining = wasDraining
        drain()
        return result
    }

    /// Hands queued link events to the core until there are none. Carrying out an action may queue more; they wait for
    /// their turn, so that the core is never entered from within itself.
    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        while let (link, event) = events.popFirst() {
            var outbox = PeerOutbox()
            note(event, on: link)
            noteEstablished(link, event)
            peer.receive(event, on: link, at: NodeClock.now, into: &outbox)
            if case .closed = event { removeChannel(link) }
            carryOut(outbox)
        }
        isDraining = false
        arm()
    }

    /// The dial's end must reach the core before the link does, so that it knows both are one.
    private func noteEstablished(_ link: LinkID, _ event: LinkEvent) {
        switch event {
        case .established:
            channels[link]?.isEstablished = true
            if let dial = channels[link]?.dial {
                dials[dial] = nil
                channels[link]?.dial = nil
                peer.dialSucceeded(dial)
            }
        case .closed(let reason):
            guard let dial = channels[link]?.dial else { return }
            channels[link]?.dial = nil
            addressFailed(of: dial, reason: reason)
        default:
            break
        }
    }

    private func carryOut(_ outbox: PeerOutbox) {
        for action in outbox.actions { carryOut(action) }
    }

    private func carryOut(_ action: PeerAction) {
        let now = NodeClock.instant
        switch action {
        case .dial(let dial, let peer, let addresses):
            beginDial(dial, peer: peer, addresses: addresses)
        case .send(let message, let link):
            logger.trace("sends \(message.kindText) of \(message.encode().readableBytes) bytes on link \(link.number)")
            note(saying: message, on: link)
            withSession(link) { $0.send(message, at: now, into: &$1) }
        case .close(let link, let reason):
            withSession(link) { $0.close(reason: reason, at: now, into: &$1) }
        case .check(let link, let patience):
            withSession(link) { $0.check(within: patience, at: now, into: &$1) }
        case .ask(let message, let introduction, let peer, let endpoint, let isFirst):
            withDatagrams {
                $0.ask(
                    message.encode(), introduction: introduction.encode(), of: peer, at: endpoint, isFirst: isFirst,
                    now: $1, into: &$2)
            }
        case .answer(let message, let introduction, let source):
            withDatagrams {
                $0.answer(message.encode(), introduction: introduction.encode(), to: source, now: $1, into: &$2)
            }
        case .dialBack(let nonce, let endpoint, let source):
            withDatagrams { $0.dialBack(nonce, to: endpoint, for: source, now: $1, into: &$2) }
        case .openStream(let key):
            withSession(key.link) { $0.openStream(key.stream, at: now, into: &$1) }
        case .write(let bytes, let key):
            withSession(key.link) { $0.write(bytes, to: key.stream, at: now, into: &$1) }
        case .finish(let key):
            withSession(key.link) { $0.finish(key.stream, at: now, into: &$1) }
        case .reset(let key):
            withSession(key.link) { $0.reset(key.stream, at: now, into: &$1) }
        case .consumed(let count, let key):
            withSession(key.link) { $0.consumed(count, of: key.stream, at: now, into: &$1) }
        case .answerHead, .answerBody, .answerEnd, .exchangeFailed, .requestWritable:
            carryOutForCall(action)
        case .serve, .requestBody, .requestEnd, .servingCancelled, .answerWritable:
            carryOutForServing(action)
        case .catalogChanged(let change):
            logger.debug("\(text(of: change))")
            for watcher in watchers.values { watcher.yield(change) }
        case .revocationsChanged:
            for watcher in revocationWatchers.values { watcher.yield() }
        case .registrarAnswered(let id, let answer):
            noteAnswer(answer, of: id)
        case .searchFinished(let id, let result):
            endSearch(id, result)
        case .lookupFinished(let id, let result):
            logger.debug("search \(id.value) found \(result.closest.count) nodes")
        case .notice(let notice):
            log(notice)
        }
    }

    private func log(_ notice: Notice) {
        switch notice.level {
        case .debug: logger.debug("\(notice.text)")
        case .info: logger.info("\(notice.text)")
        case .warning: logger.warning("\(notice.text)")
        }
    }

    // MARK: Links

    /// Runs one entry of a link session, writes what it has for the wire and queues what it has for the core.
    func withSession(_ id: LinkID, _ body: (inout LinkSession, inout LinkSession.Outbox) -> Void) {
        var outbox = LinkSession.Outbox()
        guard let channel = channels[id]?.run(body, into: &outbox) else { return }
        // Before the writes, which may call back with a change of writability that has events of its own.
        for event in outbox.events { events.append((id, event)) }
        for bytes in outbox.bytes { channel.write(bytes, promise: nil) }
        if !outbox.bytes.isEmpty { channel.flush() }
        armSession(id)
    }

    func received(_ bytes: ByteBuffer, on id: LinkID) {
        channels[id]?.bytesReceived &+= UInt64(bytes.readableBytes)
        let now = NodeClock.instant
        withSession(id) { $0.receive(bytes, at: now, into: &$1) }
        drain()
    }

    /// The socket is gone; nil when the other side closed it.
    func channelClosed(_ id: LinkID, reason: String?) {
        let now = NodeClock.instant
        withSession(id) { $0.disconnected(reason, at: now, into: &$1) }
        drain()
    }

    func writabilityChanged(_ isWritable: Bool, on id: LinkID) {
        let now = NodeClock.instant
        withSession(id) { $0.setWritable(isWritable, at: now, into: &$1) }
        drain()
    }

    /// Takes a new TCP connection in. The result names its link; nil when there are too many.
    func adopt(_ channel: any Channel, role: Connection.Role, expecting: PeerID?, dial: DialID?) -> LinkID? {
        let limit = configuration.peer.mostConnections + configuration.transport.mostHandshakes
        guard channels.count < limit else { return nil }
        let id = LinkID(number: nextLink)
        nextLink += 1
        let session = LinkSession(
            role: role, identity: configuration.peer.identity, expecting: expecting,
            address: channel.remoteAddress?.multiaddr?.description ?? "unknown", identify: identifyInfo(for: channel),
            servesLibP2P: configuration.peer.servesLibP2P, settings: configuration.connection, random: random.fork(),
            at: NodeClock.instant)
        channels[id] = LinkChannel(channel: channel, session: session, dial: dial)
        return id
    }

    /// Lets the session of an adopted channel speak.
    func begin(_ id: LinkID) {
        let now = NodeClock.instant
        withSession(id) { $0.start(at: now, into: &$1) }
        drain()
    }

    private func removeChannel(_ id: LinkID) {
        guard let link = channels.removeValue(forKey: id) else { return }
        link.timer?.cancel()
        closeBehindWrites(link.channel)
    }

    /// Closes a socket so that the other side reads everything that was written, and then the end. Until it has closed
    /// too, what it sends is read and dropped: a socket that is closed with unread bytes is reset, and the reset
    /// overtakes the last words.
    private func closeBehindWrites(_ channel: any Channel) {
        let limit = eventLoop.scheduleTask(in: configuration.transport.closeLimit) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in limit.cancel() }
        channel.writeAndFlush(ByteBuffer()).whenComplete { _ in channel.close(mode: .output, promise: nil) }
    }

    // MARK: Timers

    /// Arms the one timer of the core, if what is armed would fire too late. Always a little ahead, so that a deadline
    /// that does not move on could not keep the event loop from its sockets.
    private func arm() {
        let deadline = max(peer.nextDeadline, NodeClock.instant + .microseconds(100))
        guard deadline < armedAt else { return }
        timer?.cancel()
        armedAt = deadline
        timer = eventLoop.scheduleTask(deadline: NodeClock.deadline(deadline)) { [weak self] in
            self?.assumeIsolated { $0.timerFired() }
        }
    }

    private func timerFired() {
        armedAt = .distantFuture
        enter { peer, now, outbox in
            if peer.nextDeadline <= now.instant { peer.wake(at: now, into: &outbox) }
        }
    }

    private func armSession(_ id: LinkID) {
        guard let deadline = channels[id]?.rearm() else { return }
        channels[id]?.timer = eventLoop.scheduleTask(deadline: NodeClock.deadline(deadline)) { [weak self] in
            self?.assumeIsolated { $0.sessionTimerFired(id) }
        }
    }

    private func sessionTimerFired(_ id: LinkID) {
        channels[id]?.armedAt = .distantFuture
        let now = NodeClock.instant
        withSession(id) { $0.wake(at: now, into: &$1) }
        drain()
    }

    // MARK: Watching

    /// Changes of the catalog from now on; a reader that is slow misses the oldest.
    public func catalogChanges() -> AsyncStream<CatalogChange> {
        let number = nextWatcher
        nextWatcher += 1
        let (stream, input) = AsyncStream.makeStream(of: CatalogChange.self, bufferingPolicy: .bufferingNewest(1_024))
        watchers[number] = input
        input.onTermination = { [weak self, eventLoop] _ in
            guard let self else { return }
            eventLoop.execute { self.assumeIsolated { $0.watchers[number] = nil } }
        }
        return stream
    }

    func finishTimers() {
        timer?.cancel()
        timer = nil
    }
}
