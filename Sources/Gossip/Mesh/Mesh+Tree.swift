import Overlay

// The broadcast tree: which neighbours are pushed to, and what is done about entries that did not come.
extension Mesh {
    var eagerNeighbors: [PeerID] { neighbors.filter(\.value.isEager).map(\.key) }

    /// Sends everything that waits to be passed on.
    mutating func flush(at now: Instant, into outbox: inout [MeshAction]) {
        if !broadcast.isIdle {
            let eager = eagerNeighbors.map { (peer: $0, dictionaries: dictionaries(of: $0)) }
            for (peer, message) in broadcast.push(to: eager, at: now) {
                send(message, to: peer, into: &outbox)
            }
        }
        guard broadcast.announceDue <= now else { return }
        for (peer, message) in broadcast.announce(to: neighborIDs, at: now) {
            send(message, to: peer, into: &outbox)
        }
    }

    /// A neighbour is new, or one is gone: a node that few push to asks for more. The others announce until they are quicker.
    mutating func seekEager(least: Int, into outbox: inout [MeshAction]) {
        let eager = eagerNeighbors.count
        guard eager < least else { return }
        var lazy = neighbors.filter { !$0.value.isEager }.map(\.key)
        random.shuffle(&lazy)
        for peer in lazy.prefix(least - eager) {
            neighbors[peer]?.isEager = true
            send(.graft([]), to: peer, into: &outbox)
        }
    }

    /// A neighbour pushed what is known: another one is quicker, and this one is asked to announce only.
    mutating func pushedAgain(
        _ origin: PeerID, by peer: PeerID, at now: Instant, into outbox: inout [MeshAction]
    ) {
        let isRoots = root.hear(origin, at: now, settings: settings)
        guard let neighbor = neighbors[peer], neighbor.isEager, neighbor.keptUntil <= now else { return }
        if !isRoots {
            guard nextPrune <= now, now.since(neighbor.usefulAt) > settings.usefulLife else { return }
            nextPrune = now + settings.pruneInterval
        }
        neighbors[peer]?.isEager = false
        send(.prune, to: peer, into: &outbox)
    }

    private mutating func keep(_ peer: PeerID, at now: Instant) {
        let until = now + settings.graftedLife
        neighbors[peer]?.isEager = true
        neighbors[peer]?.keptUntil = until
    }

    /// A neighbour has entries that it does not push.
    mutating func hear(
        announced summaries: [EntrySummary], from peer: PeerID, at now: Instant, into outbox: inout [MeshAction]
    ) {
        let cost = 1 + UInt64(summaries.count) / 32
        guard mayAnswer(peer, cost: cost, at: now) else { return drop(.answerRate, from: peer, into: &outbox) }
        let settings = settings
        for summary in summaries {
            guard catalog.wants(summary) else {
                broadcast.noteKnown(summary, by: peer)
                continue
            }
            guard missing.note(summary, from: peer, at: now, settings: settings) else {
                return drop(.missingFull, from: peer, into: &outbox)
            }
        }
    }

    /// Asks announcers for what did not come, and to push from now on.
    mutating func graft(at now: Instant, into outbox: inout [MeshAction]) {
        guard missing.deadline <= now else { return }
        let settings = settings
        for (neighbor, summaries) in missing.due(at: now, settings: settings, isWanted: { catalog.wants($0) }) {
            guard neighbors[neighbor] != nil else { continue }
            keep(neighbor, at: now)
            for chunk in summaries.chunks(of: settings.requestLength) {
                send(.graft(chunk), to: neighbor, into: &outbox)
            }
        }
    }

    /// A neighbour wants to be pushed to, and these entries at once.
    mutating func answer(
        graft summaries: [EntrySummary], from peer: PeerID, at now: Instant, into outbox: inout [MeshAction]
    ) {
        let asked = summaries.prefix(settings.requestLength)
        guard mayAnswer(peer, cost: UInt64(max(1, asked.count)), at: now) else {
            return drop(.answerRate, from: peer, into: &outbox)
        }
        if summaries.isEmpty { neighbors[peer]?.isEager = true } else { keep(peer, at: now) }
        for message in GossipMessage.pushes(of: entries(asked), readable: dictionaries(of: peer)) {
            send(message, to: peer, into: &outbox)
        }
    }
}
