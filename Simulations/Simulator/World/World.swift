import Gossip
import Inference
import Overlay

/// A network in virtual time: the nodes' cores, driven as the real node drives them, and everything between them.
///
/// One event after another is taken from the queue and told to the node that it concerns; what the core asks for then
/// becomes further events. Nothing comes from outside, so the settings decide all that happens.
public struct World: Sendable {
    public let settings: WorldSettings
    let draws: Draws
    public private(set) var now = VirtualTime.zero
    private var queue = EventQueue<WorldEvent>()
    private var lastEvent: UInt32 = 0

    public internal(set) var nodes: [SimulatedNode] = []
    var wires = WireTable()
    var cuts = Cuts()

    public internal(set) var trace = Trace()
    var catalogCheck = CatalogCheck()
    public internal(set) var violations = Violations()
    public internal(set) var deliveries = Deliveries()
    /// Events taken from the queue so far.
    public private(set) var eventCount: UInt64 = 0
    /// What nodes said about themselves, by level and text; for looking into a run.
    public internal(set) var notices: [Notice.Level: UInt64] = [:]

    /// Wakes in a row at one moment after which a node counts as spinning.
    private static let mostWakesInARow = 1_000

    /// - Throws: ``WorldError`` for settings that make no world.
    public init(_ settings: WorldSettings) throws {
        guard settings.nodes >= 1, settings.nodes <= AddressPlan.capacity else {
            throw WorldError.nodeCount(settings.nodes)
        }
        guard (1...settings.nodes).contains(settings.bootstraps) else {
            throw WorldError.bootstrapCount(settings.bootstraps)
        }
        self.settings = settings
        draws = Draws(seed: settings.seed)
        try populate()
        for fault in settings.faults { schedule(.fault(fault.kind), at: fault.time) }
        schedule(.inspection, at: now + settings.inspectionInterval)
    }

    // MARK: Time

    /// Lets everything happen until `end`.
    public mutating func run(until end: VirtualTime) {
        while let next = queue.nextTime, next <= end { step() }
        now = max(now, end)
    }

    private mutating func step() {
        guard let event = queue.pop() else { return }
        now = event.time
        eventCount += 1
        switch event.payload {
        case .start(let node): start(node)
        case .wake(let node): wake(node)
        case .arrival(let parcel, let wire, let side): arrive(parcel, on: wire, at: side)
        case .dialEnded(let dial, let node): endDial(dial, of: node)
        case .dialTimeout(let dial, let node, let wire): dialTimedOut(dial, of: node, wire: wire)
        case .silence(let wire, let epoch): silenceEnds(wire, epoch: epoch)
        case .fault(let kind): happen(kind)
        case .inspection: inspect()
        case .backendAnswer(let serving, let node): answer(serving, at: node)
        }
    }

    /// Puts an event of the world itself into the queue.
    mutating func schedule(_ event: WorldEvent, at time: VirtualTime) {
        lastEvent += 1
        queue.push(event, at: time, key: EventKey(source: 0, number: lastEvent))
    }

    /// Puts an event that a node causes into the queue.
    mutating func schedule(_ event: WorldEvent, at time: VirtualTime, by node: NodeIndex) {
        queue.push(event, at: time, key: nodes[node.offset].newKey())
    }

    func moment(of node: NodeIndex) -> Moment { nodes[node.offset].clock.moment(at: now) }

    // MARK: Entries into a core

    /// Runs one entry of a node's core and everything that follows from it at this moment.
    mutating func enter(_ node: NodeIndex, _ body: (inout Peer, Moment, inout PeerOutbox) -> Void) {
        run(node, body)
        drain(node)
        settle(node)
    }

    /// Runs one entry and carries out what it asks for; whatever that brings waits in the node's list.
    mutating func run(_ node: NodeIndex, _ body: (inout Peer, Moment, inout PeerOutbox) -> Void) {
        var outbox = PeerOutbox()
        let hasPublished = nodes[node.offset].enter(at: moment(of: node), into: &outbox, body)
        if hasPublished { notePublication(by: node) }
        for action in outbox.actions { carryOut(action, of: node) }
    }

    /// Tells the core what happened on its links while it was told something else.
    private mutating func drain(_ node: NodeIndex) {
        while true {
            let pending = nodes[node.offset].takePending()
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
        trace.note(event.traceKind, at: now, node: node, content: digest &+ link.number)
        if case .established = event { noteDialSuccess(link, of: node) }
        run(node) { peer, now, outbox in peer.receive(event, on: link, at: now, into: &outbox) }
        if case .closed = event { nodes[node.offset].ends[link] = nil }
    }

    private mutating func settle(_ node: NodeIndex) {
        let bound = settings.peer.mostLinks
        if nodes[node.offset].ends.count > bound {
            let text = "\(nodes[node.offset].ends.count) links, \(bound) allowed"
            violations.note(Violation(.linkBound, at: now, node: node, text))
        }
        arm(node)
    }

    // MARK: Timers

    private mutating func arm(_ node: NodeIndex) {
        let deadline = max(nodes[node.offset].nextDeadline(), now)
        guard deadline < nodes[node.offset].armedAt, deadline < .distantFuture else { return }
        nodes[node.offset].armedAt = deadline
        schedule(.wake(node), at: deadline, by: node)
    }

    private mutating func wake(_ node: NodeIndex) {
        // Overtaken by an earlier timer, which has been set anew since.
        guard nodes[node.offset].armedAt == now else { return }
        nodes[node.offset].armedAt = .distantFuture
        guard nodes[node.offset].nextDeadline() <= now else { return arm(node) }
        trace.note(.woken, at: now, node: node, content: 0)
        enter(node) { peer, now, outbox in peer.wake(at: now, into: &outbox) }
        watchForSpinning(node)
    }

    private mutating func watchForSpinning(_ node: NodeIndex) {
        guard nodes[node.offset].armedAt == now else {
            nodes[node.offset].wakesInARow = 0
            return
        }
        nodes[node.offset].wakesInARow += 1
        guard nodes[node.offset].wakesInARow >= Self.mostWakesInARow else { return }
        let text = "\(Self.mostWakesInARow) wakes at one moment and still a deadline that is over; its timer is stopped"
        violations.note(Violation(.spinning, at: now, node: node, text))
        // Left armed in the past: nothing wakes it again, so that the others can go on.
        nodes[node.offset].armedAt = .zero
    }

    // MARK: Checks

    private mutating func inspect() {
        var found: [Violation] = []
        for node in nodes { NodeCheck.inspect(node, at: now, into: &found) }
        for violation in found { violations.note(violation) }
        schedule(.inspection, at: now + settings.inspectionInterval)
    }
}
