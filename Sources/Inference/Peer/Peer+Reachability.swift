import Gossip
import Overlay

/// Which hosts of the catalog this node can reach.
extension Peer {
    /// Whether a listed host can be asked, as far as this node knows.
    public func isReachable(_ host: PeerID) -> Bool { !reachability.isUnreachable(host) }

    /// Something suggests that a host is gone: this node opens a circuit to it to see for itself.
    mutating func suspect(_ host: PeerID, at now: Moment, into outbox: inout PeerOutbox) {
        guard host != id, mesh.catalog[host] != nil, reachability[host] == nil,
            links.usableLink(to: host) == nil, reachability.triesUnderWay < settings.mostProbes
        else { return }
        reachability[host] = .suspected
        open(.probe, to: host, at: now, into: &outbox)
    }

    /// The host proved itself, or said something new.
    mutating func isBack(_ host: PeerID, into outbox: inout PeerOutbox) {
        let wasUnreachable = reachability.isUnreachable(host)
        reachability[host] = nil
        if wasUnreachable, mesh.catalog[host] != nil { outbox.append(.catalogChanged(.added(host))) }
    }

    mutating func probeFailed(
        _ host: PeerID, _ failure: ExchangeFailure, at now: Moment, into outbox: inout PeerOutbox
    ) {
        let failures: UInt64
        switch (reachability[host], failure) {
        case (.suspected, .overloaded):
            // That somebody on the way has no room now says nothing about the host.
            reachability[host] = nil
            return
        case (.suspected, _):
            failures = 0
            outbox.notice(.info, about: host, "\(host) is listed but cannot be reached: \(failure)")
            outbox.append(.catalogChanged(.removed(host)))
        case (.retrying(let before), _): failures = before
        case (.unreachable, _), (nil, _): return
        }
        let pause = min(settings.firstProbePause * (1 << min(failures, 16)), settings.longestProbePause)
        let nextTry = now.instant + random.jittered(pause, percent: 20)
        reachability[host] = .unreachable(nextTry: nextTry, failures: failures + 1)
    }

    mutating func probeAgain(at now: Moment, into outbox: inout PeerOutbox) {
        for host in reachability.due(at: now.instant) {
            guard case .unreachable(_, let failures) = reachability[host] else { continue }
            guard mesh.catalog[host] != nil else {
                reachability[host] = nil
                continue
            }
            guard reachability.triesUnderWay < settings.mostProbes else {
                let later = now.instant + settings.firstProbePause
                reachability[host] = .unreachable(nextTry: later, failures: failures)
                continue
            }
            reachability[host] = .retrying(failures: failures)
            open(.probe, to: host, at: now, into: &outbox)
        }
    }

    /// The neighbours may have known the lost peer as a host behind this node.
    mutating func tellUnlinked(_ peer: PeerID, at now: Moment, into outbox: inout PeerOutbox) {
        guard mesh.catalog[peer] != nil, !isLeaving else { return }
        for link in links.mutual { outbox.append(.send(.unlinked(peer), on: link.id)) }
        suspect(peer, at: now, into: &outbox)
    }

    /// News in the catalog about a host was said by the host itself.
    mutating func catalogChanged(_ change: CatalogChange, into outbox: inout PeerOutbox) {
        switch change {
        case .added(let host), .updated(let host), .removed(let host): reachability[host] = nil
        }
        outbox.append(.catalogChanged(change))
    }
}
