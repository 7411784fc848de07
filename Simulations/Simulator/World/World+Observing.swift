import Overlay

/// What comes of observations: checks and figures.
extension World {
    /// Takes what all parts have seen, in the order of time and of nodes, which does not depend on the parts.
    mutating func takeObservations() {
        var all: [Observed] = []
        for number in shards.indices where !shards[number].observed.isEmpty {
            all += shards[number].observed
            shards[number].observed.removeAll(keepingCapacity: true)
        }
        guard !all.isEmpty else { return }
        let order = all.indices.sorted { (all[$0].time, all[$0].node, $0) < (all[$1].time, all[$1].node, $1) }
        for place in order { take(all[place]) }
    }

    private mutating func take(_ observed: Observed) {
        let (time, node) = (observed.time, observed.node)
        let id = setup.ids[node.offset]
        var found: [Violation] = []
        switch observed.what {
        case .published(let entry):
            catalogCheck.ledger.published(entry.bytes, sequence: entry.sequence, expiry: entry.expiry, by: id)
            deliveries.published(entry.sequence, by: id, at: time)
        case .withdrawn:
            catalogCheck.ledger.withdrawn(by: id)
        case .listed(let entry, _, let wall):
            catalogCheck.listed(
                entry.bytes, sequence: entry.sequence, expiry: entry.expiry, of: entry.peer, by: node, wall: wall,
                at: time, into: &found)
            if entry.peer != id { deliveries.listed(entry.sequence, of: entry.peer, by: node, at: time) }
        case .unlisted(let peer, _, let wall):
            catalogCheck.unlisted(peer, by: node, wall: wall, at: time, into: &found)
        case .lookup(let lookup, let result):
            searches.note(
                result, found: result.closest.first?.peer == setup.ids[lookup.target.offset],
                took: time.since(lookup.startedAt))
        case .violation(let violation):
            found.append(violation)
        case .stopped:
            catalogCheck.forget(node)
        case .started, .joined, .requestMade, .requestEnded:
            break
        }
        for violation in found { violations.note(violation) }
    }
}
