import Gossip
import Inference
import Overlay

/// One part of a world: some of its nodes, their ends of wires and everything that is going to happen to them.
///
/// Parts never look into each other. What a node sends to one of another part is posted, and handed over between two
/// windows of time; no window is longer than the shortest way between two nodes.
struct Shard: Sendable {
    /// Something for a node of another part.
    struct Posted: Sendable {
        let node: NodeIndex
        let time: VirtualTime
        let key: EventKey
        let event: NodeEvent
    }

    /// Whose turn it is.
    struct Turn: Sendable {
        let node: NodeIndex
        let event: NodeEvent
    }

    let number: Int
    let setup: Setup
    var now = VirtualTime.zero
    private var queue = TimingWheel<Turn>()

    /// The nodes of this part, and where each is; -1 for those that are not here or never there.
    private(set) var nodes: [SimulatedNode] = []
    private var places: [Int32]
    var ends = EndTable()
    /// What is wrong at the moment; the same in all parts.
    var conditions: Conditions
    /// Nodes that do something beside the protocol, and what they know together. All in one part, see ``Plan/isOneWorld``.
    var misbehaviors: [NodeIndex: Misbehavior] = [:]
    var conspiracy = Conspiracy()

    /// For the other parts, by their number.
    var posted: [[Posted]]
    /// What the world must know, since it last looked.
    var observed: [Observed] = []
    var witness: Witness
    /// Whose message a core hears at the moment.
    private(set) var teller: NodeIndex?
    /// Whether the world wants to know of every listing.
    var keepsDeliveries = false
    private(set) var eventCount: UInt64 = 0

    /// Wakes in a row at one moment after which a node counts as spinning.
    private static let mostWakesInARow = 1_000

    init(_ number: Int, setup: Setup) throws(WorldError) {
        self.number = number
        self.setup = setup
        places = Array(repeating: -1, count: setup.plan.nodes)
        posted = Array(repeating: [], count: setup.shardCount)
        conditions = Conditions(setup.population)
        witness = Witness(setup)
        for offset in stride(from: number, to: setup.plan.nodes, by: setup.shardCount) {
            let index = NodeIndex(offset)
            guard !setup.plan.absent.contains(index) else { continue }
            let clock = setup.factory.clock(of: index)
            let peer = try setup.factory.peer(of: index, life: 0, at: clock.moment(at: .zero))
            places[offset] = Int32(nodes.count)
            nodes.append(SimulatedNode(index: index, clock: clock, peer: peer))
            schedule(.start, for: index, at: setup.factory.startTime(of: index), by: index)
        }
    }

    /// A node of this part.
    /// - Precondition: it is one.
    subscript(node: NodeIndex) -> SimulatedNode {
        _read { yield nodes[Int(places[node.offset])] }
        _modify { yield &nodes[Int(places[node.offset])] }
    }

    /// Whether the node lives in this part.
    func has(_ node: NodeIndex) -> Bool { node.offset < places.count && places[node.offset] >= 0 }

    func moment(of node: NodeIndex) -> Moment { self[node].clock.moment(at: now) }

    // MARK: Time

    var nextTime: VirtualTime? { queue.nextTime }

    /// Lets everything happen that happens before `end`.
    mutating func run(before end: VirtualTime) {
        while let next = queue.nextTime, next < end, let event = queue.pop() {
            now = event.time
            eventCount += 1
            happen(event.payload.event, to: event.payload.node)
        }
    }

    /// Puts an event of a node into the queue of the part where it lives. Nodes that were never there are told nothing.
    mutating func schedule(_ event: NodeEvent, for node: NodeIndex, at time: VirtualTime, by source: NodeIndex) {
        let key = self[source].newKey()
        if has(node) { return queue.push(Turn(node: node, event: event), at: time, key: key) }
        let shard = setup.shard(of: node)
        guard shard != number else { return }
        posted[shard].append(Posted(node: node, time: time, key: key, event: event))
    }

    /// Takes in what another part has posted.
    mutating func receive(_ mail: [Posted]) {
        for letter in mail where has(letter.node) {
            queue.push(Turn(node: letter.node, event: letter.event), at: letter.time, key: letter.key)
        }
    }

    private mutating func happen(_ event: NodeEvent, to node: NodeIndex) {
        guard !mustWait(event, of: node) else { return }
        switch event {
        case .start: start(node)
        case .wake: wake(node)
        case .save(let life): if life == self[node].starts { save(node) }
        case .resume: resume(node)
        case .gone: end(node)
        case .dialed(let other, let from, let wire): answerDial(of: node, by: other, from: from, wire: wire)
        case .arrival(let parcel, let end, let from, let other):
            queueUp(parcel, at: end, of: node, from: from, by: other)
        case .taken(let parcel, let end, let from, let other):
            arrive(parcel, at: end, of: node, from: from, by: other)
        case .datagram(let datagram, let other): queueUp(datagram, of: node, by: other)
        case .datagramTaken(let datagram, let other): receive(datagram, at: node, from: other)
        case .malice: misbehave(node)
        case .release(let end): release(end, of: node)
        case .dialEnded(let dial): endDial(dial, of: node)
        case .handshakeTimeout(let end): handshakeTimedOut(end, of: node)
        case .silence(let end, let number): silenceEnds(end, number: number, of: node)
        case .session(let end): wakeSession(end, of: node)
        case .backendAnswer(let serving): answer(serving, at: node)
        }
    }

    // MARK: Slow nodes

    /// A node that stands still or is busy lets everything wait that comes to it.
    private mutating func mustWait(_ event: NodeEvent, of node: NodeIndex) -> Bool {
        guard conditions.hasSlowNodes || !self[node].backlog.isEmpty, self[node].isRunning else { return false }
        if case .resume = event { return false }
        // The operating system takes connections for a process that stands still.
        if case .dialed = event { return false }
        if conditions.isStalled(node) {
            self[node].backlog.append(event)
            return true
        }
        let cost = conditions.slowness(node)
        guard !self[node].backlog.isEmpty || now < self[node].busyUntil else {
            if cost > .zero { self[node].busyUntil = now + cost }
            return false
        }
        if self[node].backlog.isEmpty { schedule(.resume, for: node, at: self[node].busyUntil, by: node) }
        self[node].backlog.append(event)
        return true
    }

    /// One of the things that waited, and the next one after it as soon as the processor has time.
    private mutating func resume(_ node: NodeIndex) {
        guard !conditions.isStalled(node), !self[node].backlog.isEmpty else { return }
        let event = self[node].backlog.removeFirst()
        let cost = conditions.slowness(node)
        self[node].busyUntil = now + cost
        if !self[node].backlog.isEmpty { schedule(.resume, for: node, at: now + cost, by: node) }
        // Now that it is its turn it does not wait again.
        let waiting = self[node].backlog
        self[node].backlog = []
        self[node].busyUntil = .zero
        happen(event, to: node)
        guard self[node].isRunning else { return }
        self[node].busyUntil = now + cost
        self[node].backlog = waiting
    }

    // MARK: Entries into a core

    /// Runs one entry of a node's core and everything that follows from it at this moment.
    mutating func enter(_ node: NodeIndex, _ body: (inout Peer, Moment, inout PeerOutbox) -> Void) {
        run(node, body)
        settle(node)
    }

    /// Tells a node's core what waits for it and what follows from that.
    mutating func settle(_ node: NodeIndex) {
        drain(node)
        let bound = setup.peerSettings.mostLinks
        if self[node].links.count > bound {
            let text = "\(self[node].links.count) links, \(bound) allowed"
            observe(.violation(Violation(.linkBound, at: now, node: node, text)), at: node)
        }
        arm(node)
    }

    /// Runs one entry and carries out what it asks for; whatever that brings waits in the node's list.
    mutating func run(_ node: NodeIndex, _ body: (inout Peer, Moment, inout PeerOutbox) -> Void) {
        var outbox = PeerOutbox(hearsNotices: false)
        let moment = moment(of: node)
        let glance = self[node].enter(at: moment, into: &outbox, body)
        if glance.hasPublished { notePublication(by: node) }
        witness.note(glance, at: node, now)
        for action in outbox.actions { carryOut(action, of: node) }
    }

    private mutating func drain(_ node: NodeIndex) {
        while true {
            let pending = self[node].takePending()
            guard !pending.isEmpty else { return }
            for news in pending {
                switch news {
                case .link(let link, let event, let digest): tell(event, digest, on: link, to: node)
                case .caller(let news): tellCaller(news, at: node)
                case .backend(let news): tellBackend(news, at: node)
                }
            }
        }
    }

    private mutating func tell(_ event: LinkEvent, _ digest: UInt64, on link: LinkID, to node: NodeIndex) {
        self[node].trace.note(event.traceKind, at: now, content: digest &+ link.number)
        if case .established = event { noteDialSuccess(link, of: node) }
        guard hears(event, on: link, node) else { return }
        teller = self[node].links[link].flatMap { ends[$0]?.other }
        defer { teller = nil }
        if setup.tampering?.passes(event, to: &self[node].peer, of: node, at: now) ?? true {
            run(node) { peer, now, outbox in peer.receive(event, on: link, at: now, into: &outbox) }
        }
        if case .closed = event { self[node].links.remove(link) }
    }

    // MARK: Timers

    private mutating func arm(_ node: NodeIndex) {
        let deadline = max(self[node].nextDeadline(), now)
        guard deadline < self[node].armedAt, deadline < .distantFuture else { return }
        self[node].armedAt = deadline
        schedule(.wake, for: node, at: deadline, by: node)
    }

    private mutating func wake(_ node: NodeIndex) {
        // Overtaken by an earlier timer, which has been set anew since; or late because the node was busy.
        guard self[node].isRunning, self[node].armedAt <= now else { return }
        self[node].armedAt = .distantFuture
        guard self[node].nextDeadline() <= now else { return arm(node) }
        self[node].trace.note(.woken, at: now, content: 0)
        enter(node) { peer, now, outbox in peer.wake(at: now, into: &outbox) }
        watchForSpinning(node)
    }

    private mutating func watchForSpinning(_ node: NodeIndex) {
        guard self[node].armedAt == now else {
            self[node].wakesInARow = 0
            return
        }
        self[node].wakesInARow += 1
        guard self[node].wakesInARow >= Self.mostWakesInARow else { return }
        let text = "\(Self.mostWakesInARow) wakes at one moment and still a deadline that is over; its timer is stopped"
        observe(.violation(Violation(.spinning, at: now, node: node, text)), at: node)
        // Left armed in the past: nothing wakes it again, so that the others can go on.
        self[node].armedAt = .zero
    }

    /// Lets the timer of a node be set anew after its clock was changed.
    mutating func rearm(_ node: NodeIndex) {
        guard self[node].isRunning else { return }
        self[node].armedAt = .distantFuture
        arm(node)
    }
}
