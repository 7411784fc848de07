import Overlay

/// Keeping the mesh.
extension GossipsubControl {
    mutating func heartbeat(_ node: Int, _ medium: inout ControlMedium<Event>) {
        medium.wakeRegularly(node, .heartbeat, after: settings.heartbeat)
        ticks[node] += 1
        let isFading = ticks[node] % settings.decayInterval == 0
        let settings = settings
        for index in links[node].indices {
            links.update(node, index) { peer in
                peer.advertisements = 0
                peer.asked = 0
                if isFading { peer.fade(settings) }
            }
        }
        checkPromises(node)
        pruneBadPeers(node, &medium)
        let mesh = meshPeers(node)
        if mesh.count < settings.lowDegree { graft(settings.degree - mesh.count, at: node, &medium) }
        if mesh.count >= settings.highDegree { pruneExcess(mesh, at: node, &medium) }
        graftOutbound(node, &medium)
        if ticks[node] % settings.opportunisticInterval == 0 { graftBetter(node, &medium) }
        gossip(node, &medium)
    }

    private func meshPeers(_ node: Int) -> [Int] {
        links[node].indices.filter { links[node][$0].mesh.isInMesh }
    }

    // MARK: Growing

    /// Grafts random peers among those that may be.
    private mutating func graft(
        _ count: Int, at node: Int, where isFit: (Int) -> Bool = { _ in true }, _ medium: inout ControlMedium<Event>
    ) {
        let tick = ticks[node]
        let candidates = links[node].indices.filter { index in
            let peer = links[node][index].mesh
            let mayGraft = peer.backoffEnd == 0 || peer.backoffEnd + settings.backoffSlack <= tick
            return !peer.isInMesh && mayGraft && score(node, index) >= 0 && isFit(index)
        }
        for index in dice.choose(count, of: candidates, for: node) {
            addToMesh(node, index)
            links.send(.graft, from: node, over: index, bytes: settings.controlLength, &medium)
        }
    }

    private mutating func addToMesh(_ node: Int, _ index: Int) {
        let tick = ticks[node]
        links.update(node, index) { peer in
            peer.isInMesh = true
            peer.graftedAt = tick
        }
    }

    private mutating func graftOutbound(_ node: Int, _ medium: inout ControlMedium<Event>) {
        let mesh = meshPeers(node)
        let outbound = mesh.count { links[node][$0].isOutbound }
        guard mesh.count >= settings.lowDegree, outbound < settings.outboundDegree else { return }
        let peers = links[node]
        graft(settings.outboundDegree - outbound, at: node, where: { peers[$0].isOutbound }, &medium)
    }

    /// A mesh whose median score is low gets peers with better ones.
    private mutating func graftBetter(_ node: Int, _ medium: inout ControlMedium<Event>) {
        let scores = meshPeers(node).map { score(node, $0) }.sorted()
        guard scores.count > 1 else { return }
        let median = scores[scores.count / 2]
        guard median < settings.opportunisticThreshold else { return }
        let (peers, tick, settings) = (links[node], ticks[node], settings)
        graft(
            settings.opportunisticPeers, at: node, where: { peers[$0].mesh.score(at: tick, settings) > median }, &medium
        )
    }

    // MARK: Shrinking

    private mutating func pruneBadPeers(_ node: Int, _ medium: inout ControlMedium<Event>) {
        for index in meshPeers(node) where score(node, index) < 0 {
            removeFromMesh(node, index, withExchange: false, &medium)
        }
    }

    /// Keeps those with the best scores, enough that were dialled, and others at random.
    private mutating func pruneExcess(_ mesh: [Int], at node: Int, _ medium: inout ControlMedium<Event>) {
        let ranked = dice.choose(mesh.count, of: mesh, for: node).map { (index: $0, score: score(node, $0)) }
            .enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
            .map(\.element.index)
        var kept = Array(ranked.prefix(settings.scoreDegree))
        let others = dice.choose(ranked.count, of: Array(ranked.dropFirst(settings.scoreDegree)), for: node)
        let missing = settings.outboundDegree - kept.count { links[node][$0].isOutbound }
        kept += others.filter { links[node][$0].isOutbound }.prefix(max(0, missing))
        kept += others.filter { !kept.contains($0) }.prefix(max(0, settings.degree - kept.count))
        for index in mesh where !kept.contains(index) {
            removeFromMesh(node, index, withExchange: true, &medium)
        }
    }

    /// Tells a peer that it is not in the mesh (any more).
    private mutating func removeFromMesh(
        _ node: Int, _ index: Int, withExchange: Bool, _ medium: inout ControlMedium<Event>
    ) {
        let end = ticks[node] + settings.backoff
        links.update(node, index) { peer in
            peer.isInMesh = false
            peer.backoffEnd = end
        }
        var others: [UInt32] = []
        if withExchange {
            let candidates = links[node].indices.filter { $0 != index && score(node, $0) >= 0 }
            others = dice.choose(settings.exchangedPeers, of: candidates, for: node).map { links[node][$0].peer }
        }
        let bytes = settings.controlLength + others.count * settings.exchangedPeerLength
        links.send(.prune(exchange: others), from: node, over: index, bytes: bytes, &medium)
    }

    // MARK: What peers ask for

    mutating func graft(_ node: Int, by index: Int, _ medium: inout ControlMedium<Event>) {
        let peer = links[node][index]
        guard !peer.mesh.isInMesh else { return }
        let tick = ticks[node]
        if peer.mesh.backoffEnd > tick {
            let isFlood = peer.mesh.backoffEnd - tick > settings.backoff - settings.graftFlood
            links.update(node, index) { peer in
                peer.punish()
                if isFlood { peer.punish() }
            }
            return removeFromMesh(node, index, withExchange: false, &medium)
        }
        guard score(node, index) >= 0 else { return removeFromMesh(node, index, withExchange: false, &medium) }
        guard peer.isOutbound || meshPeers(node).count < settings.highDegree else {
            return removeFromMesh(node, index, withExchange: true, &medium)
        }
        addToMesh(node, index)
    }

    /// Exchanged peers are dialled while connections are missing.
    mutating func prune(_ node: Int, by index: Int, _ others: [UInt32], _ medium: inout ControlMedium<Event>) {
        let end = ticks[node] + settings.backoff
        links.update(node, index) { peer in
            peer.isInMesh = false
            peer.backoffEnd = max(peer.backoffEnd, end)
        }
        guard score(node, index) >= settings.exchangeThreshold else { return }
        let missing = 2 * links.settings.dials - links[node].count
        let strangers = others.filter { Int($0) != node && links.index(of: Int($0), at: node) == nil }
        for peer in strangers.prefix(max(0, missing)) { links.dial(Int(peer), by: node, &medium) }
    }
}
