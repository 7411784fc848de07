import Inference
import Overlay

/// What comes of observations: checks and figures.
extension World {
    /// How often all routing tables are looked at, in inspections: going through them takes long.
    static let inspectionsPerTableLook: UInt64 = 10

    /// All that was observed so far.
    public var observations: Observations {
        var all = shards[0].witness.observations
        for shard in shards.dropFirst() { all.merge(shard.witness.observations) }
        return all
    }

    var hasUnfinishedRequests: Bool { shards.contains { !$0.witness.requests.unfinished.isEmpty } }

    /// What is wrong with the requests of all parts together.
    var requestViolations: [Violation] {
        var all = shards[0].witness.requests
        var found: [Violation] = []
        for shard in shards.dropFirst() { all.merge(shard.witness.requests, at: now, into: &found) }
        all.inspectEnd(at: now, into: &found)
        return found
    }

    /// Lets the world keep every single time that an entry took to a node, in ``deliveries``.
    public mutating func keepDeliveries() {
        for number in shards.indices { shards[number].keepsDeliveries = true }
    }

    /// Takes what all parts have seen, in the order of time and of nodes, which does not depend on the parts.
    mutating func takeObservations() {
        exchangeNews()
        var all: [Observed] = []
        for number in shards.indices where !shards[number].observed.isEmpty {
            all += shards[number].observed
            shards[number].observed.removeAll(keepingCapacity: true)
        }
        guard !all.isEmpty else { return }
        let order = all.indices.sorted { (all[$0].time, all[$0].node, $0) < (all[$1].time, all[$1].node, $1) }
        for place in order { take(all[place]) }
    }

    private mutating func exchangeNews() {
        for from in shards.indices {
            let news = shards[from].witness.takeNews()
            guard !news.isEmpty else { continue }
            for to in shards.indices where to != from { shards[to].witness.learn(news) }
        }
    }

    private mutating func take(_ observed: Observed) {
        let (time, node) = (observed.time, observed.node)
        switch observed.what {
        case .started: live.insert(node)
        case .stopped: live.remove(node)
        case .accused(let host):
            let isFalse = live.contains(host)
            withShard(of: node) { $0.witness.observations.accused(by: node, isFalse: isFalse) }
        case .violation(let violation): violations.note(violation)
        case .published(let entry): deliveries.published(entry.sequence, by: entry.peer, at: time)
        case .listed(let entry, _, _):
            guard entry.peer != setup.ids[node.offset] else { return }
            deliveries.listed(entry.sequence, of: entry.peer, by: node, at: time)
        case .withdrawn, .unlisted, .lookupStarted, .lookup, .requestExecuted, .requestEnded: break
        }
    }

    // MARK: Samples

    /// Takes down how things stand.
    mutating func sample() {
        let seconds = now.sinceStart.nanoseconds / Self.inspectionInterval.nanoseconds
        let looksAtTables = seconds % Self.inspectionsPerTableLook == 0
        for number in shards.indices {
            let tables = looksAtTables ? tables(of: shards[number]) : nil
            shards[number].sample(tables: tables)
        }
    }

    private func tables(of shard: Shard) -> Observations.Tables {
        var tables = Observations.Tables(entries: 0, stale: 0)
        for node in shard.nodes where node.isRunning && !isMalicious(node.index) {
            let others = node.tableMembers(setup.numbers)
            tables.entries += others.count
            tables.stale += others.count { !isRunning($0) }
        }
        return tables
    }

    /// Whether what the node does is not measured.
    func isMalicious(_ node: NodeIndex) -> Bool { shards[0].witness.ledger.isMalicious(node) }
}

extension SimulatedNode {
    /// Nodes of this world in its routing table.
    func tableMembers(_ numbers: [PeerID: NodeIndex]) -> [NodeIndex] {
        peer.kademlia.table.entries.compactMap { numbers[peer.kademlia.peers[$0.peer].peer] }
    }
}
