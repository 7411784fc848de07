import Gossip
import Overlay

extension Peer {
    /// Services that offer a model, best first: the node's own, then hosts with a link by round trip, then the others.
    /// Equals are in random order, so that the agents of a mesh do not all choose the same host.
    public mutating func candidates(model: String) -> [Candidate] {
        ranked(mesh.catalog.entries(serving: model)) { $0.models.contains(model) }
    }

    /// Services of a type, or with one name, best first.
    public mutating func candidates(type: ServiceType, name: String?) -> [Candidate] {
        ranked(mesh.catalog.entries(of: type)) { offer in
            offer.name.type == type && (name == nil || offer.name.name == name)
        }
    }

    private mutating func ranked(
        _ entries: [EntryRef], where isWanted: (ServiceOffer) -> Bool
    ) -> [Candidate] {
        var found: [Candidate] = []
        for ref in entries {
            guard let entry = mesh.catalog[ref], isReachable(entry.peer) else { continue }
            let link = links.usableLink(to: entry.peer).flatMap { links[$0] }
            for offer in entry.services where isWanted(offer) {
                found.append(
                    Candidate(
                        host: entry.peer, service: offer.name, labels: offer.labels, isLocal: entry.peer == id,
                        isLinked: link != nil, roundTrip: link?.roundTrip))
            }
        }
        random.shuffle(&found)
        return found.sorted { $0.rank < $1.rank }
    }
}

extension Candidate {
    /// Unmeasured links count as 50 ms: better than none, worse than a near one.
    fileprivate var rank: (Int, TimeSpan) {
        if isLocal { return (0, .zero) }
        guard isLinked else { return (2, .zero) }
        return (1, roundTrip ?? .milliseconds(50))
    }
}
