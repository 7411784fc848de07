import Overlay

/// gossipsub 1.1 with one topic that every node subscribes: entries are pushed along a mesh, their names are gossiped beside it,
/// and a publisher sends its own to all its peers. Flood publishing, scores, peer exchange and opportunistic grafts are on.
struct GossipsubControl: ControlCore {
    typealias Event = BroadcastEvent

    /// An entry that a node asked for.
    private struct Promise: Sendable {
        let entry: UInt32
        let peer: UInt32
        let deadline: UInt32
    }

    /// An entry that a node keeps.
    private struct Kept: Sendable {
        let entry: UInt32
        let hops: UInt8
        /// The heartbeat before which it came.
        let tick: UInt32
    }

    /// Bits of entries and some forty links of a node.
    static let mostNodes = 200_000

    let settings = GossipsubSettings()
    var links: BroadcastLinks
    private var ledger: BroadcastLedger
    var dice: ControlDice
    /// Heartbeats of a node's present life.
    var ticks: [UInt32]
    private var cache: [[Kept]]
    private var promises: [[Promise]]
    private var lastDeliveries: UInt64 = 0

    init(_ population: ControlPopulation) {
        links = BroadcastLinks(count: population.count)
        ledger = BroadcastLedger(nodes: population.count)
        dice = ControlDice(population)
        ticks = Array(repeating: 0, count: population.count)
        cache = Array(repeating: [], count: population.count)
        promises = Array(repeating: [], count: population.count)
    }

    func links(of node: Int) -> Int { links[node].count }

    // MARK: Lives

    mutating func start(_ node: Int, _ medium: inout ControlMedium<Event>) {
        ticks[node] = 0
        links.start(node, &dice, &medium)
        medium.wakeRegularly(node, .heartbeat, after: settings.heartbeat)
    }

    mutating func stop(_ node: Int, saysGoodbye: Bool, _ medium: inout ControlMedium<Event>) {
        links.closeAll(of: node, saysGoodbye: saysGoodbye)
        ledger.forget(node)
        cache[node] = []
        promises[node] = []
    }

    mutating func reset(_ node: Int, _ medium: inout ControlMedium<Event>) {
        links.closeAll(of: node, saysGoodbye: true)
    }

    // MARK: Events

    mutating func operate(_ operation: ControlOperation, _ medium: inout ControlMedium<Event>) {
        guard case .update = operation.kind else { return }
        let node = operation.node
        let entry = ledger.publish(by: node, medium)
        cache[node].append(Kept(entry: entry, hops: 0, tick: ticks[node]))
        for index in links[node].indices where score(node, index) >= settings.publishThreshold {
            sendPayload(entry, hops: 1, from: node, over: index, &medium)
        }
    }

    mutating func handle(_ event: Event, at node: Int, from sender: Int, _ medium: inout ControlMedium<Event>) {
        switch event {
        case .dial: return links.open(node, dialedBy: sender, medium)
        case .maintain: return links.maintain(node, &dice, &medium)
        case .keepAlive: return links.keepAlive(node, &medium)
        case .heartbeat: return heartbeat(node, &medium)
        case .payload, .iHave, .iWant, .graft, .prune: break
        }
        // Whoever is not connected any more, or has too bad a score, is not listened to.
        guard let index = links.index(of: sender, at: node), score(node, index) >= settings.graylistThreshold else {
            return
        }
        switch event {
        case .payload(let entry, let hops): receive(entry, hops: hops, at: node, from: index, &medium)
        case .iHave(let entries): consider(entries, at: node, from: index, &medium)
        case .iWant(let entries): serve(entries, at: node, to: index, &medium)
        case .graft: graft(node, by: index, &medium)
        case .prune(let others): prune(node, by: index, others, &medium)
        case .dial, .maintain, .keepAlive, .heartbeat: break
        }
    }

    func score(_ node: Int, _ index: Int) -> Int64 { links[node][index].mesh.score(at: ticks[node], settings) }

    // MARK: Entries

    private mutating func receive(
        _ entry: UInt32, hops: UInt8, at node: Int, from index: Int, _ medium: inout ControlMedium<Event>
    ) {
        guard ledger.receive(entry, hops: hops, at: node, medium) else { return }
        promises[node].removeAll { $0.entry == entry }
        let (step, cap) = (settings.firstDelivery, settings.firstDeliveryCap)
        links.update(node, index) { $0.firstDeliveries = min($0.firstDeliveries + step, cap) }
        guard !medium.conditions.isBlackHole(node) else { return }
        cache[node].append(Kept(entry: entry, hops: hops, tick: ticks[node]))
        for other in links[node].indices where other != index && links[node][other].mesh.isInMesh {
            sendPayload(entry, hops: hops &+ 1, from: node, over: other, &medium)
        }
    }

    private mutating func sendPayload(
        _ entry: UInt32, hops: UInt8, from node: Int, over index: Int, _ medium: inout ControlMedium<Event>
    ) {
        let length = links.settings.entryLength + links.settings.envelopeLength
        links.send(.payload(entry, hops: hops), from: node, over: index, bytes: length, &medium)
    }

    // MARK: Gossip

    /// Advertises what came lately to some peers outside the mesh, and forgets what is too old.
    mutating func gossip(_ node: Int, _ medium: inout ControlMedium<Event>) {
        let tick = ticks[node]
        let length = settings.historyLength
        cache[node].removeAll { $0.tick + length <= tick }
        let names = cache[node].filter { $0.tick + settings.historyGossip > tick }.map(\.entry)
        guard !names.isEmpty, !medium.conditions.isBlackHole(node) else { return }
        let outside = links[node].indices.filter {
            !links[node][$0].mesh.isInMesh && score(node, $0) >= settings.gossipThreshold
        }
        let count = max(settings.lazyDegree, outside.count / settings.gossipShare)
        for index in dice.choose(count, of: outside, for: node) {
            let told =
                names.count > Int(settings.mostAsked)
                ? dice.choose(Int(settings.mostAsked), of: names, for: node) : names
            let bytes = settings.controlLength + told.count * settings.entryNameLength
            links.send(.iHave(told), from: node, over: index, bytes: bytes, &medium)
        }
    }

    private mutating func consider(
        _ names: [UInt32], at node: Int, from index: Int, _ medium: inout ControlMedium<Event>
    ) {
        let peer = links[node][index].mesh
        guard score(node, index) >= settings.gossipThreshold else { return }
        links.update(node, index) { $0.advertisements = max($0.advertisements, $0.advertisements &+ 1) }
        guard peer.advertisements < settings.mostAdvertisements, peer.asked < settings.mostAsked else { return }
        let unseen = names.filter { !ledger.hasSeen($0, node) }
        guard !unseen.isEmpty else { return }
        let asked = dice.choose(Int(settings.mostAsked - peer.asked), of: unseen, for: node)
        links.update(node, index) { $0.asked += UInt16(asked.count) }
        // One of them, at random, is watched for (the specification's IWANT follow-up).
        promises[node].append(
            Promise(entry: asked[0], peer: links[node][index].peer, deadline: ticks[node] + settings.followUp))
        let bytes = settings.controlLength + asked.count * settings.entryNameLength
        links.send(.iWant(asked), from: node, over: index, bytes: bytes, &medium)
    }

    private mutating func serve(
        _ names: [UInt32], at node: Int, to index: Int, _ medium: inout ControlMedium<Event>
    ) {
        guard score(node, index) >= settings.gossipThreshold, !medium.conditions.isBlackHole(node) else { return }
        for kept in cache[node] where names.contains(kept.entry) {
            sendPayload(kept.entry, hops: kept.hops &+ 1, from: node, over: index, &medium)
        }
    }

    /// Punishes peers that advertised what they then did not send.
    mutating func checkPromises(_ node: Int) {
        let tick = ticks[node]
        for promise in promises[node] where promise.deadline <= tick {
            guard let index = links.index(of: Int(promise.peer), at: node) else { continue }
            links.update(node, index) { $0.punish() }
        }
        promises[node].removeAll { $0.deadline <= tick }
    }

    // MARK: Figures

    mutating func fill(_ point: inout SeriesPoint, _ medium: ControlMedium<Event>) {
        point.deliveries = ledger.deliveries - lastDeliveries
        lastDeliveries = ledger.deliveries
    }

    func isSettled(_ medium: ControlMedium<Event>) -> Bool { ledger.pairs(medium).missed == 0 }

    mutating func notePhaseEnd(_ medium: ControlMedium<Event>) {}

    func report(into outcome: inout RunOutcome, _ medium: ControlMedium<Event>) {
        links.report(into: &outcome, medium)
        ledger.report(into: &outcome, medium)
        var mesh = Histogram(name: "mesh")
        for node in ticks.indices where medium.isHonest(node) {
            mesh.note(UInt64(links[node].count { $0.mesh.isInMesh }))
        }
        outcome.figures["mesh.p50"] = mesh.value(atThousandth: 500).map { Double($0) }
        outcome.histograms.append(mesh)
    }
}
