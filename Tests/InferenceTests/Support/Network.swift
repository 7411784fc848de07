import Gossip
import Overlay
import Testing

@testable import Inference

/// Several real nodes in virtual time, joined by real link sessions over fake pipes and driven as the shell drives
/// them: every action of an outbox is carried out before the next entry, link events wait in a queue, and timers run
/// when their time has come.
final class Network {
    struct Options {
        var seed: UInt64 = 1
        /// Time for bytes from one end of a wire to the other.
        var latency = TimeSpan.milliseconds(5)
        var cutting = Cutting.whole
        /// Bytes under way in one direction at which the sender's socket takes no more.
        var capacity = 128 * 1024
        var connection = ConnectionSettings.link
        var settings = PeerSettings()
        /// Whether listening nodes have an address for datagrams, too.
        var usesDatagrams = false
    }

    private enum Event {
        case arrival(wire: Int, lane: Int)
        case peer(Int)
        case session(Int, LinkID)
        case timer(Int)
    }

    private struct Timer {
        let at: Instant
        let body: () -> Void
    }

    let options: Options
    let authority: MeshAuthority
    var now = Instant.zero + .seconds(1)
    var random: RandomSource
    var nodes: [Driven] = []
    var wires: [Wire] = []
    private var timers: [Timer] = []
    /// Work that the shell would put on its event loop: done before anything else happens.
    private var soon: [() -> Void] = []
    private var idleSteps = 0

    init(_ options: Options = Options()) throws {
        self.options = options
        authority = try MeshAuthority()
        random = RandomSource(seed: options.seed)
    }

    var moment: Moment { Moment(instant: now, wall: MeshAuthority.start + now.since(.zero)) }

    /// What a node is told that it is now: its calendar may be wrong.
    func moment(of node: Int) -> Moment {
        let (moment, error) = (moment, nodes[node].calendarError)
        let wall =
            error < 0 ? moment.wall - .milliseconds(error.magnitude) : moment.wall + .milliseconds(error.magnitude)
        return Moment(instant: moment.instant, wall: wall)
    }

    // MARK: Nodes

    /// Adds a node. One that does not listen cannot be dialed, and so is linked only as the test says.
    func add(
        token kind: TokenKind = .good, listens: Bool = false, bootstraps: [Int] = [],
        adjust: (inout PeerConfiguration) -> Void = { _ in }
    ) throws -> Int {
        let identity = Identity(random: &random)
        let token = try kind.bytes(for: identity.peerID, of: authority)
        let number = nodes.count
        let address = listens ? try Multiaddr(text: "/ip4/10.0.0.\(number + 1)/tcp/4001") : nil
        let addresses = bootstraps.compactMap { nodes[$0].address }
        let peer = try makePeer(identity, token: token, bootstraps: addresses, adjust: adjust)
        nodes.append(Driven(identity: identity, token: token, address: address, peer: peer))
        openEndpoint(of: number)
        start(number)
        return number
    }

    private func makePeer(
        _ identity: Identity, token: [UInt8], bootstraps: [Multiaddr], adjust: (inout PeerConfiguration) -> Void
    ) throws -> Peer {
        var configuration = PeerConfiguration(
            identity: identity, meshID: authority.meshID, token: token,
            admission: try Admission(roots: [authority.root.publicKey]),
            authorizer: try ServiceAuthorizer(policy: LocalPolicy(), node: identity.peerID, own: nil),
            bootstraps: bootstraps, settings: options.settings)
        adjust(&configuration)
        return try Peer(configuration, random: random.fork(), at: moment)
    }

    private func start(_ node: Int) {
        var addresses = nodes[node].address.map { [$0] } ?? []
        if options.usesDatagrams, !addresses.isEmpty { addresses.append(Self.endpoint(of: node).multiaddr) }
        enter(node) { peer, now, outbox in
            peer.setAddresses(addresses, at: now, into: &outbox)
            peer.wake(at: now, into: &outbox)
        }
    }

    /// The process ends without a word; the sockets close as the operating system closes them.
    func kill(_ node: Int) {
        nodes[node].isRunning = false
        for link in nodes[node].channels.keys.sorted() {
            guard let channel = nodes[node].channels.removeValue(forKey: link) else { continue }
            hangUp(wire: channel.wire, end: channel.end)
        }
        nodes[node].events = []
    }

    /// The same node in a new process.
    func restart(_ node: Int) throws {
        nodes[node].peer = try makePeer(nodes[node].identity, token: nodes[node].token, bootstraps: []) {
            $0.revocations = nodes[node].disk
        }
        nodes[node].isRunning = true
        openEndpoint(of: node)
        start(node)
    }

    func node(_ peer: PeerID) -> Int? { nodes.firstIndex { $0.id == peer } }

    // MARK: Entries

    @discardableResult
    func enter<Result>(_ node: Int, _ body: (inout Peer, Moment, inout PeerOutbox) -> Result) -> Result {
        var outbox = PeerOutbox()
        let result = body(&nodes[node].peer, moment(of: node), &outbox)
        for action in outbox.actions { carryOut(action, at: node) }
        drain(node)
        return result
    }

    func drain(_ node: Int) {
        guard !nodes[node].isDraining else { return }
        nodes[node].isDraining = true
        while !nodes[node].events.isEmpty {
            let (link, event) = nodes[node].events.removeFirst()
            guard !takesRaw(event, on: link, at: node) else { continue }
            noteEnd(of: link, event, at: node)
            var outbox = PeerOutbox()
            nodes[node].peer.receive(event, on: link, at: moment(of: node), into: &outbox)
            if case .closed(let reason) = event { removeChannel(link, of: node, reason: reason) }
            for action in outbox.actions { carryOut(action, at: node) }
        }
        nodes[node].isDraining = false
    }

    /// Does something as soon as the present entry is over.
    func soon(_ body: @escaping () -> Void) { soon.append(body) }

    func after(_ span: TimeSpan, _ body: @escaping () -> Void) {
        timers.append(Timer(at: now + span, body: body))
    }

    // MARK: Time

    /// Lets time pass.
    func run(for span: TimeSpan) {
        let end = now + span
        while step(until: end) {}
        now = max(now, end)
    }

    /// Lets time pass until something holds. False when it does not hold in time.
    func run(atMost limit: TimeSpan = .seconds(30), until holds: () -> Bool) -> Bool {
        let end = now + limit
        while !holds() {
            guard step(until: end) else {
                now = max(now, end)
                return holds()
            }
        }
        return true
    }

    /// Does the next thing that is due until `end`. False when there is none.
    private func step(until end: Instant) -> Bool {
        guard soon.isEmpty else {
            soon.removeFirst()()
            return true
        }
        guard let (at, event) = nextEvent(), at <= end else { return false }
        idleSteps = at > now ? 0 : idleSteps + 1
        guard idleSteps < 200_000 else {
            Issue.record("time does not advance at \(now): \(event) again and again")
            return false
        }
        now = max(now, at)
        carryOut(event)
        return true
    }

    private func nextEvent() -> (Instant, Event)? {
        var earliest: (Instant, Event)?
        func offer(_ at: Instant?, _ event: Event) {
            guard let at, at < earliest?.0 ?? .distantFuture else { return }
            earliest = (at, event)
        }
        for wire in wires.indices {
            for lane in 0...1 { offer(wires[wire].lanes[lane].first?.at, .arrival(wire: wire, lane: lane)) }
        }
        for node in nodes.indices where nodes[node].isRunning {
            offer(nodes[node].peer.nextDeadline, .peer(node))
            for link in nodes[node].channels.keys.sorted() {
                offer(nodes[node].channels[link]?.session.nextDeadline, .session(node, link))
            }
        }
        for (number, timer) in timers.enumerated() { offer(timer.at, .timer(number)) }
        return earliest
    }

    private func carryOut(_ event: Event) {
        switch event {
        case .arrival(let wire, let lane):
            deliver(wire: wire, lane: lane)
        case .peer(let node):
            enter(node) { peer, now, outbox in peer.wake(at: now, into: &outbox) }
        case .session(let node, let link):
            withSession(node, link) { $0.wake(at: $1, into: &$2) }
            drain(node)
        case .timer(let number):
            timers.remove(at: number).body()
        }
    }
}
