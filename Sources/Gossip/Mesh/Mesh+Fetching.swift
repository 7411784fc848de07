import Overlay

// Entries that a neighbour has and this node lacks, and the other way round.
extension Mesh {
    /// Takes note of what a neighbour has, and asks for what is missing.
    mutating func consider(
        _ summaries: [EntrySummary], from peer: PeerID, at now: Instant, into outbox: inout [MeshAction]
    ) {
        let cost = 1 + UInt64(summaries.count) / 32
        guard mayAnswer(peer, cost: cost, at: now) else { return drop(.answerRate, from: peer, into: &outbox) }
        correct(summaries, of: peer, into: &outbox)
        enqueue(summaries.filter { catalog.wants($0) }, from: peer, at: now, into: &outbox)
        pursue(peer, at: now, into: &outbox)
    }

    /// Remembers what to ask a neighbour for. What finds no room is left to a comparison of its own.
    mutating func enqueue(
        _ wanted: [EntrySummary], from peer: PeerID, at now: Instant, into outbox: inout [MeshAction]
    ) {
        let settings = settings
        for summary in wanted {
            let isAdded = neighbors[peer]?.fetch.add(summary, capacity: settings.fetchCapacity) ?? false
            guard isAdded else {
                neighbors[peer]?.comparisonDue = now + settings.answerTimeout
                return drop(.fetchQueueFull, from: peer, into: &outbox)
            }
        }
    }

    /// Does the next thing with a neighbour: asks for entries while some are missing, then goes on comparing.
    mutating func pursue(_ peer: PeerID, at now: Instant, into outbox: inout [MeshAction]) {
        guard var neighbor = neighbors[peer] else { return }
        turnAsked(at: now)
        let number = nextNumber()
        let missing = neighbor.fetch.begin(number: number, at: now, settings: settings) {
            catalog.wants($0) && asked.insert($0)
        }
        neighbors[peer] = neighbor
        if !missing.isEmpty {
            send(.want(request: number, missing), to: peer, into: &outbox)
        } else if neighbor.fetch.isIdle {
            goOnComparing(with: peer, at: now, into: &outbox)
        }
    }

    /// Sends the entries that a neighbour asked for; always answers, be it with nothing.
    mutating func answer(
        request: UInt32, for summaries: [EntrySummary], from peer: PeerID, at now: Instant,
        into outbox: inout [MeshAction]
    ) {
        let asked = summaries.prefix(settings.requestLength)
        guard mayAnswer(peer, cost: UInt64(max(1, asked.count)), at: now) else {
            return drop(.answerRate, from: peer, into: &outbox)
        }
        let supplies = GossipMessage.supplies(
            of: entries(asked), request: request, readable: dictionaries(of: peer))
        for supply in supplies { send(supply, to: peer, into: &outbox) }
    }

    /// What there is of entries that a neighbour asked for, no more than it asked for.
    func entries(_ asked: ArraySlice<EntrySummary>) -> [CatalogEntry] {
        Array(asked.flatMap { catalog.records(withKey: $0.key) }.compactMap(\.entry).prefix(asked.count))
    }

    /// Dictionaries with which a neighbour can inflate what it is sent.
    func dictionaries(of peer: PeerID) -> [EntryDictionary] { neighbors[peer]?.abilities.dictionaries ?? [] }

    /// Takes entries that this node asked for.
    mutating func take(_ supply: Supply, from peer: PeerID, at now: Moment, into outbox: inout [MeshAction]) {
        let settings = settings
        let request = neighbors[peer]?.fetch.request
        let granted = neighbors[peer]?.fetch.answer(
            number: supply.request, count: supply.entries.count, isLast: supply.isLast, at: now.instant,
            settings: settings)
        guard let granted else { return drop(.unexpectedAnswer, from: peer, into: &outbox) }
        if granted < supply.entries.count { drop(.excessiveAnswer, from: peer, into: &outbox) }
        let entries = Array(supply.entries.prefix(granted))
        take(entries, manner: .lazy, credit: granted, from: peer, at: now, into: &outbox)
        // What it has not any more may be had from others.
        if neighbors[peer]?.fetch.request == nil { forgetAsked(request?.entries.filter { catalog.wants($0) } ?? []) }
        prolongSession(with: peer, at: now.instant)
        pursue(peer, at: now.instant, into: &outbox)
    }

    /// Whether a neighbour's question may be answered now.
    mutating func mayAnswer(_ peer: PeerID, cost: UInt64, at now: Instant) -> Bool {
        let settings = settings
        return neighbors[peer]?.answers.take(
            cost, burst: settings.answerBurst, interval: settings.answerInterval, at: now) ?? false
    }

    /// Entries will not come from where they were asked for.
    mutating func forgetAsked(_ entries: [EntrySummary]) {
        for entry in entries { asked.remove(entry) }
    }

    /// Lets entries that were asked for in vain be asked for again.
    private mutating func turnAsked(at now: Instant) {
        guard askedTurn <= now else { return }
        asked.turn()
        askedTurn = now + settings.answerTimeout
    }
}
