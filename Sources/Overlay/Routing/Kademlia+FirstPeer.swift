/// Lookups of a node that knows nobody yet.
extension Kademlia {
    /// Whether nobody has answered yet who is still there. A node whose neighbours are all clients has an empty table, too.
    public var knowsNobody: Bool { table.isEmpty && !links.values.contains(where: \.hasAnswered) }

    /// Whether a lookup has ended because the node knows nobody, which says nothing about what was searched.
    func isInVain(_ result: LookupResult) -> Bool {
        result.end == .complete && result.counters.answers == 0 && knowsNobody
    }

    /// Whether a lookup that ended in vain waits for the first peer. It does so for a while, if anybody waits for it.
    mutating func awaitsPeer(_ handle: LookupHandle, at now: Moment) -> Bool {
        guard handle.isAwaited, let lookup = lookups[handle] else { return false }
        let limit = lookup.startedAt + settings.firstPeerLimit
        guard now.instant < limit else { return false }
        lookups[handle]?.awaitsPeer = true
        lookups[handle]?.deadline = limit
        return true
    }

    /// The first peer has answered: what waits for it begins when the node is woken, after the event that brought it.
    mutating func firstPeerCame(at now: Moment) {
        for (handle, lookup) in lookups where lookup.awaitsPeer { lookups[handle]?.deadline = now.instant }
    }

    /// Begins a lookup anew that has waited for the first peer.
    mutating func restart(_ handle: LookupHandle, at now: Moment, into actions: inout [KademliaAction]) {
        guard let target = lookups[handle]?.search.target, !knowsNobody else { return }
        lookups[handle]?.awaitsPeer = false
        let search = newLookup(target, at: now)
        lookups[handle]?.search = search
        guard case .search(let id) = handle else { return }
        addRegistrars(to: id, near: target, at: now)
        advance(id, at: now, into: &actions)
    }
}
