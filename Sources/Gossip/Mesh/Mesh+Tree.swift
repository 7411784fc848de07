import Overlay

// The broadcast tree: which neighbours are pushed to, and what is done about entries that did not come.
extension Mesh {
    var eagerNeighbors: [PeerID] { neighbors.filter(\.value.isEager).map(\.key) }

    /// Sends everything that waits to be passed on.
    mutating func flush(at now: Instant, into outbox: inout [MeshAction]) {
        if !broadcast.isIdle {
            let eager = receivers { $0.isEager }
            var others = receivers { !$0.isEager && $0.abilities.takesWidePushes }
            random.shuffle(&others)
            for (peer, message) in broadcast.push(to: eager, others: others, at: now) {
                send(message, to: peer, into: &outbox)
            }
        }
        guard broadcast.announceDue <= now else { return }
        announceSome(at: now, into: &outbox)
    }

    private func receivers(where isMeant: (Neighbor) -> Bool) -> [Broadcast.Receiver] {
        neighbors.filter { isMeant($0.value) }.map { Broadcast.Receiver(peer: $0.key, abilities: $0.value.abilities) }
    }

    /// Tells as many neighbours as have their turn what they were not pushed, first those that wait longest.
    private mutating func announceSome(at now: Instant, into outbox: inout [MeshAction]) {
        let next = broadcast.nextAnnouncement
        var places = announcementShare.next(of: neighbors.count, at: now, settings: settings)
        let order = neighbors.elements.enumerated().sorted {
            ($0.element.value.announcedTo, $0.offset) < ($1.element.value.announcedTo, $1.offset)
        }
        for (peer, _) in order.map(\.element) where places > 0 {
            if tell(peer, into: &outbox) { places -= 1 }
        }
        let told = neighbors.withValues { values in values.indices.reduce(next) { min($0, values[$1].announcedTo) } }
        broadcast.announced(toAllBelow: told, at: now)
    }

    /// Announces to a neighbour what it has not been told. What was replaced meanwhile is not worth asking for.
    /// - Returns: whether there was anything.
    @discardableResult
    private mutating func tell(_ peer: PeerID, into outbox: inout [MeshAction]) -> Bool {
        guard let neighbor = neighbors[peer] else { return false }
        let summaries = broadcast.untold(peer, from: neighbor.announcedTo).filter { catalog.holds($0) }
        neighbors[peer]?.announcedTo = broadcast.nextAnnouncement
        guard !summaries.isEmpty else { return false }
        send(.announce(summaries), to: peer, into: &outbox)
        return true
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
        _ entry: EntrySummary, of origin: PeerID, by peer: PeerID, at now: Instant, into outbox: inout [MeshAction]
    ) {
        let isRoots = root.hear(origin, isNews: false, at: now, settings: settings)
        guard let neighbor = neighbors[peer], neighbor.isEager, neighbor.keptUntil <= now else { return }
        guard !offTree.contains(entry) else { return }
        let isAlone = lone.isAlone(entry) && !root.rules(at: now, settings: settings)
        guard isRoots ? now.since(neighbor.usefulAt) > settings.usefulLife : isAlone else { return }
        neighbors[peer]?.isEager = false
        send(.prune, to: peer, into: &outbox)
    }

    /// A neighbour gets from others what this node would push to it. When it was the last eager one, nobody would get what this
    /// node says, so another is asked.
    mutating func takePrune(from peer: PeerID, into outbox: inout [MeshAction]) {
        neighbors[peer]?.isEager = false
        seekEager(least: 1, into: &outbox)
    }

    /// A neighbour that was grafted is not pruned for a while, for longer when that did not suffice.
    private mutating func keep(_ peer: PeerID, at now: Instant) {
        announcementShare.needed()
        guard var neighbor = neighbors[peer] else { return }
        neighbor.isEager = true
        if neighbor.keptUntil <= now {
            let isAgain = neighbor.kept > .zero && now.since(neighbor.keptUntil) <= settings.graftedLife
            neighbor.kept = isAgain ? min(neighbor.kept * 2, settings.graftedLife) : settings.firstGraftedLife
            neighbor.keptUntil = now + neighbor.kept
        }
        neighbors[peer] = neighbor
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
        guard !summaries.isEmpty else {
            neighbors[peer]?.isEager = true
            tell(peer, into: &outbox)
            return
        }
        keep(peer, at: now)
        for message in GossipMessage.pushes(of: entries(asked), readable: dictionaries(of: peer)) {
            send(message, to: peer, into: &outbox)
        }
    }
}
