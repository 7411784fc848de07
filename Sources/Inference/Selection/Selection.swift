import Gossip
import Overlay

extension Peer {
    /// Services that offer a model, best first: the node's own, then hosts with a link by round trip, then the others; those
    /// known to be idle before the rest, as if they were nearer, and those known to be full after all others.
    /// Equals are in random order, so that the agents of a mesh do not all choose the same host.
    public mutating func candidates(model: String, at now: Instant) -> [Candidate] {
        ranked(mesh.catalog.entries(serving: model), at: now) { $0.models.contains(model) }
    }

    /// Services of a type, or with one name, best first.
    public mutating func candidates(type: ServiceType, name: String?, at now: Instant) -> [Candidate] {
        ranked(mesh.catalog.entries(of: type), at: now) { offer in
            offer.name.type == type && (name == nil || offer.name.name == name)
        }
    }

    private mutating func ranked(
        _ entries: [EntryRef], at now: Instant, where isWanted: (ServiceOffer) -> Bool
    ) -> [Candidate] {
        var found: [Candidate] = []
        for ref in entries {
            guard let entry = mesh.catalog[ref], isReachable(entry.peer) else { continue }
            let link = links.usableLink(to: entry.peer).flatMap { links[$0] }
            for offer in entry.services where isWanted(offer) {
                found.append(
                    Candidate(
                        host: entry.peer, service: offer.name, labels: offer.labels, isLocal: entry.peer == id,
                        isLinked: link != nil, roundTrip: link?.roundTrip,
                        load: load(of: offer.name, at: entry.peer, now: now)))
            }
        }
        random.shuffle(&found)
        let farther = settings.load.notIdle
        return found.sorted { $0.rank(notIdle: farther) < $1.rank(notIdle: farther) }
    }
}

extension Candidate {
    /// Unmeasured links count as 50 ms: better than none, worse than a near one.
    /// - Parameter notIdle: how much farther away a host counts that is not known to be idle.
    fileprivate func rank(notIdle: TimeSpan) -> (Int, Int, TimeSpan) {
        let fullness = load?.isFull == true ? 1 : 0
        if isLocal { return (fullness, 0, .zero) }
        let waiting = load?.isIdle == true ? TimeSpan.zero : notIdle
        guard isLinked else { return (fullness, 2, waiting) }
        return (fullness, 1, (roundTrip ?? .milliseconds(50)) + waiting)
    }
}
