import Overlay

/// What travels between nodes that spread entries, and their timers.
enum BroadcastEvent: Sendable {
    /// The handshake of a new connection is over.
    case dial
    case payload(UInt32, hops: UInt8)
    case iHave([UInt32])
    case iWant([UInt32])
    case graft
    /// With peers of the sender's mesh that can take its place.
    case prune(exchange: [UInt32])
    case maintain
    case keepAlive
    case heartbeat
}

/// The connections of all nodes: random, kept at a degree, given up when the other end is silent.
struct BroadcastLinks: Sendable {
    struct Link: Sendable {
        let peer: UInt32
        /// Whether the node dialled.
        let isOutbound: Bool
        /// Keep-alives without an answer.
        var silence: UInt8 = 0
        /// When the last message to the peer arrives.
        var lastArrival = VirtualTime.zero
        var mesh = MeshPeer()
    }

    let settings = BroadcastSettings()
    private var links: [[Link]]
    private(set) var joins = Histogram(name: "joined")

    init(count: Int) {
        links = Array(repeating: [], count: count)
    }

    subscript(node: Int) -> [Link] { links[node] }

    func index(of peer: Int, at node: Int) -> Int? { links[node].firstIndex { $0.peer == UInt32(peer) } }

    /// Changes what a node knows of one of its peers.
    mutating func update(_ node: Int, _ index: Int, _ change: (inout MeshPeer) -> Void) {
        change(&links[node][index].mesh)
    }

    mutating func send(
        _ event: BroadcastEvent, from node: Int, over index: Int, bytes: Int,
        _ medium: inout ControlMedium<BroadcastEvent>
    ) {
        let link = links[node][index]
        links[node][index].lastArrival = medium.send(
            event, from: node, to: Int(link.peer), bytes: bytes, notBefore: link.lastArrival)
    }

    // MARK: Coming and going

    mutating func start(
        _ node: Int, _ dice: inout ControlDice, _ medium: inout ControlMedium<BroadcastEvent>
    ) {
        maintain(node, &dice, &medium)
        let phase = settings.keepAliveInterval.nanoseconds
        let first = medium.draws.below(phase, .silence, of: UInt64(node), medium.now.nanoseconds)
        medium.wake(node, .keepAlive, after: TimeSpan(nanoseconds: first))
    }

    /// Dials random nodes that run until there are enough.
    mutating func maintain(
        _ node: Int, _ dice: inout ControlDice, _ medium: inout ControlMedium<BroadcastEvent>
    ) {
        medium.wakeRegularly(node, .maintain, after: settings.maintenanceInterval)
        // Eight draws for each dial find somebody even when most nodes are gone.
        var missing = settings.dials - links[node].count
        for _ in 0..<settings.dials * 8 where missing > 0 {
            let peer = dice.below(medium.count, for: node)
            guard peer != node, medium.running[peer], index(of: peer, at: node) == nil else { continue }
            dial(peer, by: node, &medium)
            missing -= 1
        }
    }

    mutating func dial(_ peer: Int, by node: Int, _ medium: inout ControlMedium<BroadcastEvent>) {
        medium.send(
            .dial, from: node, to: peer, bytes: settings.keepAliveLength, roundTrips: settings.handshakeRoundTrips)
    }

    /// A handshake came to its end at the node that was dialled.
    mutating func open(_ node: Int, dialedBy peer: Int, _ medium: ControlMedium<BroadcastEvent>) {
        guard medium.running[peer] else { return }
        close(node, peer, unless: index(of: peer, at: node) != nil && index(of: node, at: peer) != nil)
        guard index(of: peer, at: node) == nil else { return }
        add(Link(peer: UInt32(node), isOutbound: true), to: peer, medium)
        add(Link(peer: UInt32(peer), isOutbound: false), to: node, medium)
    }

    private mutating func add(_ link: Link, to node: Int, _ medium: ControlMedium<BroadcastEvent>) {
        if links[node].isEmpty { joins.note(medium.now.since(medium.bornAt[node]).nanoseconds / 1_000) }
        links[node].append(link)
    }

    private mutating func close(_ node: Int, _ peer: Int, unless isWhole: Bool = false) {
        guard !isWhole else { return }
        links[node].removeAll { $0.peer == UInt32(peer) }
        links[peer].removeAll { $0.peer == UInt32(node) }
    }

    /// What a node leaves behind: with a goodbye the others know, without one they find out by its silence.
    mutating func closeAll(of node: Int, saysGoodbye: Bool) {
        if saysGoodbye {
            for link in links[node] { links[Int(link.peer)].removeAll { $0.peer == UInt32(node) } }
        }
        links[node] = []
    }

    /// Pings all peers, and gives up those that were silent twice.
    mutating func keepAlive(_ node: Int, _ medium: inout ControlMedium<BroadcastEvent>) {
        medium.wakeRegularly(node, .keepAlive, after: settings.keepAliveInterval)
        medium.countTraffic(of: node, bytes: 2 * settings.keepAliveLength * links[node].count)
        var dead: [Int] = []
        for position in links[node].indices {
            let peer = Int(links[node][position].peer)
            let isSilent =
                !medium.running[peer] || index(of: node, at: peer) == nil || medium.conditions.isStalled(peer)
                || medium.conditions.separates(node, peer) || medium.conditions.separates(peer, node)
            links[node][position].silence = isSilent ? links[node][position].silence + 1 : 0
            if links[node][position].silence >= 2 { dead.append(peer) }
        }
        for peer in dead { close(node, peer) }
    }

    // MARK: Figures

    func report(into outcome: inout RunOutcome, _ medium: ControlMedium<BroadcastEvent>) {
        var degrees = Histogram(name: "links")
        for node in links.indices where medium.isHonest(node) { degrees.note(UInt64(links[node].count)) }
        outcome.figures.noteTimes(joins, "joined", quantiles: [("p50", 500), ("p99", 990), ("max", 1_000)])
        outcome.figures["links.p50"] = degrees.value(atThousandth: 500).map { Double($0) }
        outcome.figures["links.max"] = Double(degrees.greatest)
        outcome.figures["components"] = Double(components(medium))
        outcome.histograms += [joins, degrees]
    }

    /// Components of the graph of honest nodes that run.
    private func components(_ medium: ControlMedium<BroadcastEvent>) -> Int {
        var isSeen = Array(repeating: false, count: links.count)
        var count = 0
        for start in links.indices where medium.isHonest(start) && !isSeen[start] {
            count += 1
            isSeen[start] = true
            var open = [start]
            while let node = open.popLast() {
                for link in links[node] where medium.isHonest(Int(link.peer)) && !isSeen[Int(link.peer)] {
                    isSeen[Int(link.peer)] = true
                    open.append(Int(link.peer))
                }
            }
        }
        return count
    }
}
