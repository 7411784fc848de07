import Overlay

/// One link for people to read.
public struct LinkSummary: Sendable {
    public let id: LinkID
    public let peer: PeerID
    public let direction: LinkDirection
    public let address: String
    public let age: TimeSpan
    public let roundTrip: TimeSpan?
    public let isAdmitted: Bool
    public let user: String?
    public let roles: [String]
    public let streams: Int
    /// Whether its contact says that it is a server of the DHT; nil when it has told none.
    public let isServer: Bool?
}

/// A path to a host, for people to read.
public struct PlannedPath: Sendable {
    /// The neighbour that would relay; nil when the path is direct.
    public let relay: PeerID?
    public let words: String
}

extension Peer {
    /// Every link, admitted or not, oldest first.
    public func linkSummaries(at now: Instant) -> [LinkSummary] {
        links.all.map { link in
            LinkSummary(
                id: link.id, peer: link.peer, direction: link.direction, address: link.address,
                age: now.since(link.openedAt), roundTrip: link.roundTrip, isAdmitted: link.isMutual,
                user: link.admitted?.user, roles: link.admitted?.roles ?? [], streams: link.streams,
                isServer: kademlia.contact(of: link.peer)?.contact.roles.contains(.server))
        }
    }

    /// What a request to `host` would try now, in order.
    public func plannedPaths(to host: PeerID) -> [PlannedPath] {
        guard host != id else { return [PlannedPath(relay: nil, words: "this node itself")] }
        if links.usableLink(to: host) != nil {
            return [PlannedPath(relay: nil, words: "the link that stands")]
        }
        var paths: [PlannedPath] = []
        if let contact = kademlia.contact(of: host)?.contact, !contact.addresses.isEmpty {
            let addresses = contact.addresses.map(\.text).joined(separator: ", ")
            paths.append(PlannedPath(relay: nil, words: "dial \(addresses)"))
        }
        let named = mesh.catalog[host]?.relays ?? []
        for relay in named where links.usableLink(to: relay) != nil {
            paths.append(PlannedPath(relay: relay, words: "a relay that the host named"))
        }
        for neighbour in links.mutualPeers where !named.contains(neighbour) {
            paths.append(PlannedPath(relay: neighbour, words: "a neighbour that may have a link to the host"))
        }
        return Array(paths.prefix(settings.circuit.mostPaths))
    }
}
