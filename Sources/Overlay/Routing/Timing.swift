import OrderedCollections

/// How long peers are waited for: what a ``Kademlia`` knows about the ways to them.
struct Timing: Sendable {
    let links: OrderedDictionary<PeerID, KademliaLink>
    let paths: RecentTable<PeerID, DatagramPath>
    let datagrams: DatagramHealth
    let settings: KademliaSettings

    /// Where datagrams to a peer go; nil when it has no such address, when they do not pass, or when a link is better because
    /// none has passed to this peer yet.
    func datagramEndpoint(of record: ContactRecord, at now: Instant) -> UDPEndpoint? {
        if let path = paths[record.peer], !path.hasAnswered, path.isMissedUntil > now { return nil }
        return lastResort(of: record, at: now)
    }

    /// Where datagrams to a peer go even if none has passed to it yet, because a link is not to be had.
    func lastResort(of record: ContactRecord, at now: Instant) -> UDPEndpoint? {
        datagrams.blockedUntil <= now ? record.datagramEndpoint : nil
    }

    /// How long to wait for a peer's answer to a datagram before asking again.
    func timeout(of peer: PeerID) -> TimeSpan {
        guard let estimate = paths[peer]?.roundTrip ?? datagrams.roundTrip else { return settings.longestTimeout }
        return min(max(estimate.timeout, settings.shortestTimeout), settings.longestTimeout)
    }

    /// How long until a peer that was asked by datagram has been asked for the last time, and that in vain.
    func whole(of peer: PeerID) -> TimeSpan { timeout(of: peer) * UInt64(datagrams.tries(settings)) * 11 / 10 }

    /// How long a lookup keeps a place for a peer: over a link three round trips, by datagram until it is asked again, else
    /// long enough to dial it. What a link does not carry in its time is sent by datagram, too.
    func patience(with record: ContactRecord, at now: Instant) -> LookupPatience {
        guard let link = links[record.peer] else {
            let brief = timeout(of: record.peer)
            guard datagramEndpoint(of: record, at: now) != nil else {
                return LookupPatience(place: settings.dialPatience, whole: settings.dialPatience, brief: brief)
            }
            return LookupPatience(place: brief, whole: whole(of: record.peer), brief: brief)
        }
        let place = min(
            max((link.roundTrip ?? settings.longestPatience) * 3, settings.shortestPatience), settings.longestPatience)
        guard datagramEndpoint(of: record, at: now) != nil else { return LookupPatience(place) }
        return LookupPatience(place: place, whole: min(place + whole(of: record.peer), settings.answerTimeout))
    }
}

extension Kademlia {
    var timing: Timing { Timing(links: links, paths: paths, datagrams: datagrams, settings: settings) }
}
