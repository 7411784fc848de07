import OrderedCollections

/// Finds the nodes of a mesh on the local network, and lets them find this one: multicast DNS (RFC 6762) with service
/// discovery (RFC 6763), as a value. What it tells is unproven; whoever dials checks who answers.
///
/// It answers queries by multicast only, and those of full multicast DNS only (port 5353): an answer to any other port
/// could be asked for in somebody else's name.
public struct MulticastDiscovery: Sendable {
    /// The port of multicast DNS.
    public static let port: UInt16 = 5_353
    /// The group of multicast DNS on IPv4.
    public static let group = IPAddress.v4(0xe000_00fb)

    /// What the driver has to do.
    public enum Action: Hashable, Sendable {
        /// To the group, on every interface.
        case send([UInt8])
        /// A node of the same mesh says that it can be dialed there.
        case found(PeerID, [Multiaddr])
        /// A node says that it goes.
        case left(PeerID)
    }

    /// The actions of one entry.
    public struct Outbox: Sendable {
        /// In order.
        public var actions: [Action] = []

        public init() {}
    }

    /// Input that was not acted on, by reason.
    public struct Counts: Hashable, Sendable {
        /// Datagrams that are no DNS messages.
        public var malformed: UInt64 = 0
        /// From another port than multicast DNS uses.
        public var foreignPort: UInt64 = 0
        /// Services of other meshes, and of this one without an address that can be dialed from here.
        public var unusable: UInt64 = 0
        /// Nodes beyond ``MulticastSettings/mostPeers`` or ``MulticastSettings/mostFound``.
        public var tooMany: UInt64 = 0
    }

    /// What this node can be asked for.
    enum Answer: CaseIterable, Hashable {
        case enumeration
        case pointer
        case text
    }

    /// An answer that waits for its time.
    struct Pending {
        var at: Instant
        /// Who alone wants it and has not said yet all that it knows.
        var doubtful: IPAddress?
    }

    struct Known {
        var peer: PeerID
        var addresses: [Multiaddr]
        var timeToLive: TimeSpan
        var heardAt: Instant

        func isOver(at now: Instant) -> Bool { heardAt + timeToLive <= now }
    }

    let service: MulticastService
    let settings: MulticastSettings
    let peer: PeerID
    var random: RandomSource
    var addresses: [Multiaddr] = []
    var known: OrderedDictionary<DNSName, Known> = [:]
    var pending: OrderedDictionary<Answer, Pending> = [:]
    var sentAt: OrderedDictionary<Answer, Instant> = [:]
    /// Input that was not acted on.
    public internal(set) var counts = Counts()

    private var queryAt: Instant
    private var queryInterval: TimeSpan
    private var announceAt = Instant.distantFuture
    private var announceInterval = TimeSpan.zero
    private var announcementsLeft = 0
    private var hasAnnounced = false
    private var hasLeft = false
    private var foundSince = Instant.zero
    private var foundCount = 0

    /// - Parameter mesh: names the mesh; nodes of others are not told.
    /// - Throws: never; the names are of this program.
    public init(
        mesh: Bytes32, peer: PeerID, settings: MulticastSettings = MulticastSettings(), random: RandomSource,
        at now: Instant
    ) throws(DNSError) {
        var random = random
        service = try MulticastService(mesh: mesh, random: &random)
        self.peer = peer
        self.settings = settings
        queryAt = now + random.jittered(settings.firstQuery, percent: settings.delayJitter)
        queryInterval = settings.queryInterval
        self.random = random
    }

    /// When ``wake(at:into:)`` is due.
    public var nextDeadline: Instant {
        hasLeft ? .distantFuture : pending.values.reduce(min(queryAt, announceAt)) { min($0, $1.at) }
    }

    /// Where the node can be dialed on this network; without any it only asks.
    public mutating func setAddresses(_ new: [Multiaddr], at now: Instant, into outbox: inout Outbox) {
        let new = new.prefix(settings.mostAddresses).map { $0.with(peer: peer) }
        guard new != addresses, !hasLeft else { return }
        if new.isEmpty { sayGoodbye(into: &outbox) }
        addresses = new
        announcementsLeft = new.isEmpty ? 0 : settings.announcements
        announceInterval = settings.sameRecordAfter
        announceAt = new.isEmpty ? .distantFuture : now + delay(settings.answerDelay)
    }

    /// Takes in a datagram of the group.
    public mutating func receive(
        _ datagram: [UInt8], from source: IPAddress, port: UInt16, at now: Instant, into outbox: inout Outbox
    ) {
        guard !hasLeft else { return }
        guard port == Self.port else { return counts.foreignPort &+= 1 }
        guard let message = try? DNSMessage(decoding: datagram) else { return counts.malformed &+= 1 }
        guard message.isOrdinary else { return }
        if message.isResponse {
            for record in message.answers + message.additionals where record.dnsClass == 1 {
                hear(record, from: source, at: now, into: &outbox)
            }
        } else {
            take(message, from: source, at: now)
        }
    }

    /// Sends what is due.
    public mutating func wake(at now: Instant, into outbox: inout Outbox) {
        guard !hasLeft else { return }
        if announceAt <= now { announce(at: now, into: &outbox) }
        answer(at: now, into: &outbox)
        if queryAt <= now { query(at: now, into: &outbox) }
    }

    /// Says goodbye. Nothing happens any more afterwards.
    public mutating func leave(into outbox: inout Outbox) {
        guard !hasLeft else { return }
        sayGoodbye(into: &outbox)
        hasLeft = true
    }

    mutating func delay(_ span: TimeSpan) -> TimeSpan {
        random.jittered(span, percent: settings.delayJitter)
    }

    // MARK: Saying

    private mutating func sayGoodbye(into outbox: inout Outbox) {
        guard hasAnnounced else { return }
        hasAnnounced = false
        respond([service.pointer(timeToLive: 0), service.text(addresses, timeToLive: 0)], [], into: &outbox)
    }

    private mutating func announce(at now: Instant, into outbox: inout Outbox) {
        let allowed = earliest(.text, after: earliest(.pointer, after: now))
        guard allowed <= now else { return announceAt = allowed }
        send([.pointer, .text], at: now, into: &outbox)
        announcementsLeft -= 1
        announceAt = announcementsLeft > 0 ? now + announceInterval : .distantFuture
        announceInterval = announceInterval * 2
    }

    /// When a record may be sent: now or later.
    func earliest(_ answer: Answer, after now: Instant) -> Instant {
        max(now, sentAt[answer].map { $0 + settings.sameRecordAfter } ?? .zero)
    }

    private mutating func answer(at now: Instant, into outbox: inout Outbox) {
        let due = pending.filter { $0.value.at <= now }.map(\.key)
        guard !due.isEmpty else { return }
        send(due, at: now, into: &outbox)
    }

    private mutating func send(_ answers: [Answer], at now: Instant, into outbox: inout Outbox) {
        var records: [DNSRecord] = []
        var additionals: [DNSRecord] = []
        let timeToLive = settings.timeToLive
        for answer in answers {
            switch answer {
            case .enumeration: records.append(service.enumerated(timeToLive: timeToLive))
            case .pointer: records.append(service.pointer(timeToLive: timeToLive))
            case .text: records.append(service.text(addresses, timeToLive: timeToLive))
            }
            note(answer, sentAt: now)
        }
        // Whoever hears of the name wants to know where it is (RFC 6763 section 12.1).
        if answers.contains(.pointer), !answers.contains(.text), earliest(.text, after: now) <= now {
            additionals.append(service.text(addresses, timeToLive: timeToLive))
            note(.text, sentAt: now)
        }
        hasAnnounced = true
        respond(records, additionals, into: &outbox)
    }

    private mutating func note(_ answer: Answer, sentAt now: Instant) {
        sentAt[answer] = now
        pending[answer] = nil
    }

    private func respond(_ answers: [DNSRecord], _ additionals: [DNSRecord], into outbox: inout Outbox) {
        var message = DNSMessage()
        message.flags = DNSMessage.responseFlags
        message.answers = answers
        message.additionals = additionals
        send(message, into: &outbox)
    }

    private func send(_ message: DNSMessage, into outbox: inout Outbox) {
        // It always can: the records are few and short.
        guard let bytes = try? message.encoded() else { return }
        outbox.actions.append(.send(bytes))
    }

    private mutating func query(at now: Instant, into outbox: inout Outbox) {
        known.removeAll { $0.value.isOver(at: now) }
        var message = DNSMessage()
        message.questions = [DNSQuestion(service.type, .pointer)]
        // The group sends this node's own questions back to it; it need not answer them.
        if !addresses.isEmpty { message.answers.append(service.pointer(timeToLive: settings.timeToLive)) }
        for (name, node) in known {
            let left = (node.heardAt + node.timeToLive).since(now)
            // What is half over is to be said again (7.1).
            guard left * 2 >= node.timeToLive else { continue }
            var longer = message
            longer.answers.append(
                DNSRecord(service.type, .pointer(name), timeToLive: UInt32(clamping: left.seconds)))
            guard let length = try? longer.encoded().count, length <= DNSLimits.sentLength else { break }
            message = longer
        }
        send(message, into: &outbox)
        // Later, never sooner: the interval is the least that there may be.
        queryAt = now + random.jittered(queryInterval / 10 * 11, percent: 9)
        queryInterval = min(queryInterval * 2, settings.longestQueryInterval)
        // A node that could not be dialed before may be there now; one that is linked costs nothing.
        for node in known.values { tell(node, at: now, into: &outbox) }
    }

    /// Tells a node as found, unless too many were of late.
    mutating func tell(_ node: Known, at now: Instant, into outbox: inout Outbox) {
        if foundSince + settings.foundInterval <= now {
            foundSince = now
            foundCount = 0
        }
        guard foundCount < settings.mostFound else { return counts.tooMany &+= 1 }
        foundCount += 1
        outbox.actions.append(.found(node.peer, node.addresses))
    }
}
