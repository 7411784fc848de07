import Gossip
import Overlay

/// Which hosts of the catalog this node can reach.
extension Peer {
    /// Whether a listed host can be asked, as far as this node knows. Of itself it knows best: an entry from before its start
    /// may say anything.
    public func isReachable(_ host: PeerID) -> Bool {
        host == id ? !offers.isEmpty : !reachability.isUnreachable(host)
    }

    /// Tries at once that there is room for. Each may want a link to the host, and to a relay besides.
    var probeSlots: Int { dialer.count * 2 < settings.mostDials ? settings.mostProbes : 0 }

    // MARK: Suspicion

    /// This node itself saw something that suggests that a host is gone: it opens a circuit to it.
    mutating func suspect(_ host: PeerID, at now: Moment, into outbox: inout PeerOutbox) {
        guard host != id, mesh.catalog[host] != nil, links.usableLink(to: host) == nil else { return }
        switch reachability[host]?.stage {
        case .trying, .unreachable, .retrying: return
        case .returning:
            reachability[host]?.stage = .unreachable(nextTry: now.instant, failures: 0)
            return probeIfDue(at: now, into: &outbox)
        case .waiting, nil: break
        }
        let since = reachability[host]?.since ?? now.wall
        let isSecond = if case .waiting(_, true) = reachability[host]?.stage { true } else { false }
        reachability[host] = .init(since: since, stage: .waiting(until: now.instant, isSecond: isSecond))
        probeIfDue(at: now, into: &outbox)
    }

    /// A neighbour lost its link to a host, or could not reach it.
    mutating func receiveUnlinked(
        _ host: PeerID, on link: LinkTable.Link, at now: Moment, into outbox: inout PeerOutbox
    ) {
        guard host != id else { return }
        if case .returning(let at, _) = reachability[host]?.stage {
            reachability[host]?.stage = .returning(at: at, isDoubtful: true)
        }
        guard reachability[host] == nil else { return }
        guard links.usableLink(to: host) == nil else { return checkLink(to: host, at: now, into: &outbox) }
        guard mesh.catalog[host] != nil else { return reachability.doubt(host, at: now) }
        let settings = settings
        let (burst, interval) = (settings.hintBurst, settings.hintInterval)
        var until = link.hints.available(burst: burst, interval: interval, at: now.instant)
        guard until.since(now.instant) <= settings.longestHintWait else { return counters.drop(.hints) }
        links[link.id]?.hints.spend(interval: interval, at: now.instant)
        if let proof = reachability.lastProof(of: host) { until = max(until, proof + settings.proofLife) }
        reachability[host] = .init(since: now.wall, stage: .waiting(until: until + hintSpread(), isSecond: false))
        probeIfDue(at: now, into: &outbox)
    }

    /// Everybody hears of a death at nearly the same time, and the relays that the host named are asked by all.
    private mutating func hintSpread() -> TimeSpan {
        let nodes = UInt64(clamping: kademlia.estimatedNetworkSize)
        let most = min(settings.hintSpread * nodes, settings.longestHintSpread)
        return .microseconds(UInt64(random.below(Int(clamping: most.nanoseconds / 1_000) + 1)))
    }

    // MARK: Probes

    /// Tries hosts whose time has come, as far as there is room.
    mutating func probeIfDue(at now: Moment, into outbox: inout PeerOutbox) {
        guard reachability.nextDeadline(mostTries: probeSlots) <= now.instant else { return }
        defer { reachability.noteDeadline() }
        for host in reachability.due(at: now.instant) {
            guard reachability.triesUnderWay < probeSlots else { return }
            probe(host, at: now, into: &outbox)
        }
    }

    private mutating func probe(_ host: PeerID, at now: Moment, into outbox: inout PeerOutbox) {
        guard let suspicion = reachability[host] else { return }
        guard mesh.catalog[host] != nil, links.usableLink(to: host) == nil || suspicion.isConfirmed else {
            reachability[host] = nil
            return
        }
        switch suspicion.stage {
        case .returning(_, let isDoubtful): return hasReturned(host, isDoubtful: isDoubtful, at: now, into: &outbox)
        case .waiting(_, let isSecond): reachability[host]?.stage = .trying(isSecond: isSecond)
        case .unreachable(_, let failures): reachability[host]?.stage = .retrying(failures: failures)
        case .trying, .retrying: return
        }
        open(.probe, to: host, at: now, into: &outbox)
    }

    /// The host proved itself. One that was away may have begun anew, without the services of its entry: it gets the time to
    /// hear of that entry and to take it back.
    mutating func isBack(_ host: PeerID, at now: Moment, into outbox: inout PeerOutbox) {
        reachability.noteProof(of: host, at: now.instant)
        reachability.forgive(host)
        guard let suspicion = reachability[host], suspicion.isConfirmed, mesh.catalog[host] != nil else {
            reachability[host] = nil
            return
        }
        if case .returning = suspicion.stage { return }
        let at = now.instant + settings.returnPause
        reachability[host]?.stage = .returning(at: at, isDoubtful: false)
    }

    private mutating func hasReturned(
        _ host: PeerID, isDoubtful: Bool, at now: Moment, into outbox: inout PeerOutbox
    ) {
        reachability[host] = nil
        outbox.append(.catalogChanged(.added(host)))
        if isDoubtful { suspect(host, at: now, into: &outbox) }
    }

    mutating func probeFailed(
        _ host: PeerID, _ failure: ExchangeFailure, at now: Moment, into outbox: inout PeerOutbox
    ) {
        let failures: UInt64
        switch (reachability[host]?.stage, failure) {
        case (.trying(let isSecond), .overloaded(let retryAfter)):
            // That somebody on the way, or this node, has no room now says nothing about the host.
            let pause = random.jittered(max(retryAfter, settings.firstProbePause), percent: 20)
            reachability[host]?.stage = .waiting(until: now.instant + pause, isSecond: isSecond)
            return
        case (.trying(isSecond: false), .timedOut):
            // A host that stood still is missed by all at once, and goes on while they try. For a process that is gone its
            // machine says no, so that this costs no time there.
            reachability[host]?.stage = .waiting(until: now.instant, isSecond: true)
            return
        case (.trying, .timedOut) where links.hasLink(to: host):
            // It has shown that it has its key, and is about to admit this node or not.
            reachability[host]?.stage = .waiting(until: now.instant, isSecond: true)
            return
        case (.trying, _):
            failures = 0
            outbox.notice(.info, about: host, "\(host) is listed but cannot be reached: \(failure)")
            outbox.append(.catalogChanged(.removed(host)))
            tellUnlinked(host, at: now, into: &outbox)
        case (.retrying(let before), _):
            failures = before
            if reachability.owesWord(of: host) { tellUnlinked(host, at: now, into: &outbox) }
        case (.waiting, _), (.unreachable, _), (.returning, _), (nil, _): return
        }
        let pause = min(settings.firstProbePause * (1 << min(failures, 16)), longestProbePause)
        let nextTry = now.instant + random.jittered(pause, percent: 20)
        reachability[host]?.stage = .unreachable(nextTry: nextTry, failures: failures + 1)
    }

    /// A host that is gone is tried by all nodes until its entry ends, so each does it more seldom where there are many.
    private var longestProbePause: TimeSpan {
        max(settings.longestProbePause, settings.probeShare * UInt64(clamping: kademlia.estimatedNetworkSize))
    }

    // MARK: Telling

    /// The link to a peer ended without a word. The neighbours may have known it as a host behind this node.
    mutating func lost(_ link: LinkTable.Link, at now: Moment, into outbox: inout PeerOutbox) {
        checkOthers(than: link, at: now)
        guard mesh.catalog[link.peer] != nil, !isLeaving else { return }
        tellUnlinked(link.peer, at: now, into: &outbox)
        suspect(link.peer, at: now, into: &outbox)
    }

    /// Says on every link that this node lost a host or could not reach it. Whoever hears it tries for itself, and says so
    /// further only when it could not reach the host either.
    private mutating func tellUnlinked(_ host: PeerID, at now: Moment, into outbox: inout PeerOutbox) {
        let pause = settings.tellingPause
        guard !isLeaving, let sequence = mesh.catalog[host]?.sequence,
            reachability.mayTell(of: host, sequence: sequence, at: now.instant, pause: pause)
        else { return }
        for link in links.mutual where link.peer != host { outbox.append(.send(.unlinked(host), on: link.id)) }
    }

    /// A new link: its other side may be about to learn of hosts that are gone.
    mutating func tellAllUnlinked(on link: LinkID, into outbox: inout PeerOutbox) {
        for host in reachability.unreachable.suffix(settings.mostTold) {
            outbox.append(.send(.unlinked(host), on: link))
        }
    }

    // MARK: News

    /// What the catalog has new about a host was said by the host itself, perhaps before it was lost.
    mutating func catalogChanged(_ change: CatalogChange, at now: Moment, into outbox: inout PeerOutbox) {
        switch change {
        case .removed(let host):
            reachability[host] = nil
        case .added(let host):
            judgeNews(of: host, at: now)
            doubtIfSaid(host, at: now)
        case .updated(let host):
            judgeNews(of: host, at: now)
        }
        outbox.append(.catalogChanged(change))
    }

    private mutating func judgeNews(of host: PeerID, at now: Moment) {
        guard let suspicion = reachability[host], let entry = mesh.catalog[host] else { return }
        guard entry.issuedAt < suspicion.since else {
            reachability[host] = nil
            return
        }
        // On the way for long, or the host's clock is behind: a try tells.
        guard case .unreachable(_, let failures) = suspicion.stage else { return }
        reachability[host]?.stage = .unreachable(nextTry: now.instant, failures: failures)
    }

    /// A neighbour knew that the host cannot be reached before its entry came here: it is listed when this node reached it.
    private mutating func doubtIfSaid(_ host: PeerID, at now: Moment) {
        guard let doubt = reachability.takeDoubt(about: host), let entry = mesh.catalog[host], host != id,
            entry.issuedAt < doubt.wall, now.instant.since(doubt.instant) <= settings.doubtLife,
            links.usableLink(to: host) == nil
        else { return }
        reachability[host] = .init(since: doubt.wall, stage: .unreachable(nextTry: now.instant, failures: 0))
    }
}
