import Overlay

// What peers say to each other about being neighbours.
extension Membership {
    /// Takes one message of a peer with a link.
    public mutating func receive(
        _ message: MembershipMessage, from peer: PeerID, at now: Moment, into outbox: inout [MembershipAction]
    ) {
        guard let sender = linked[peer] else { return outbox.append(.drop(.notLinked, from: peer)) }
        guard mayAnswer(peer, at: now.instant) else { return outbox.append(.drop(.rate, from: peer)) }
        switch message {
        case .neighbor(let isUrgent): decide(about: peer, isUrgent: isUrgent, at: now.instant, into: &outbox)
        case .accept:
            switch sender.state {
            case .asked: activate(peer, at: now.instant, into: &outbox)
            case .active: break
            // The answer came too late: this node has gone on without it.
            case .idle: outbox.append(.send(.disconnect, to: peer))
            }
        // It ends what was, or was asked again over another link and has no room any more.
        case .disconnect where sender.isActive, .decline where sender.isActive:
            deactivate(peer, at: now.instant, into: &outbox)
        case .disconnect: return
        case .decline:
            guard sender.isAsked else { return outbox.append(.drop(.unexpected, from: peer)) }
            excursions.remove(peer)
            pause(peer, at: now.instant)
        case .shuffle(let id, let hops, let contacts):
            guard sender.isActive, mayShuffle(peer, at: now.instant) else {
                return outbox.append(.drop(.shuffleRate, from: peer))
            }
            receive(Shuffle(id: id, hops: hops, contacts: contacts), from: peer, at: now, into: &outbox)
        case .shuffleReply(let id, let contacts): takeReply(id, contacts, from: peer, at: now, into: &outbox)
        }
        fill(at: now.instant, into: &outbox)
    }

    /// A peer that is no neighbour gossips with this node, because it takes it for one: the link before this one ended at one
    /// end only, or a goodbye crosses what it said.
    public mutating func strangerGossips(_ peer: PeerID, at now: Moment, into outbox: inout [MembershipAction]) {
        guard linked[peer]?.isActive == false, mayAnswer(peer, at: now.instant) else { return }
        outbox.append(.send(.disconnect, to: peer))
    }

    /// Whether a peer may cause an answer now.
    private mutating func mayAnswer(_ peer: PeerID, at now: Instant) -> Bool {
        let settings = settings
        return linked[peer]?.answers.take(burst: settings.answerBurst, interval: settings.answerPeriod, at: now)
            ?? false
    }

    private mutating func decide(
        about peer: PeerID, isUrgent: Bool, at now: Instant, into outbox: inout [MembershipAction]
    ) {
        guard let sender = linked[peer] else { return }
        switch sender.state {
        case .active: return outbox.append(.send(.accept, to: peer))
        // Both asked at once.
        case .asked: return accept(peer, at: now, into: &outbox)
        case .idle: break
        }
        if count(where: { $0.isActive || $0.isAsked }) < settings.most && mayTake(peer) {
            return accept(peer, at: now, into: &outbox)
        }
        guard isUrgent else {
            counts.declined += 1
            return outbox.append(.send(.decline, to: peer))
        }
        if activeCount >= settings.urgentMost { evict(at: now, into: &outbox) }
        accept(peer, at: now, into: &outbox)
    }

    private mutating func accept(_ peer: PeerID, at now: Instant, into outbox: inout [MembershipAction]) {
        outbox.append(.send(.accept, to: peer))
        activate(peer, at: now, into: &outbox)
    }

    private mutating func activate(_ peer: PeerID, at now: Instant, into outbox: inout [MembershipAction]) {
        linked[peer]?.state = .active
        passive.remove(peer)
        counts.activated += 1
        outbox.append(.activated(peer))
        if excursions.remove(peer) != nil { trim(sparing: peer, at: now, into: &outbox) }
    }

    private mutating func deactivate(_ peer: PeerID, at now: Instant, into outbox: inout [MembershipAction]) {
        pause(peer, at: now)
        counts.deactivated += 1
        outbox.append(.deactivated(peer))
    }

    private mutating func dismiss(_ peer: PeerID, at now: Instant, into outbox: inout [MembershipAction]) {
        outbox.append(.send(.disconnect, to: peer))
        deactivate(peer, at: now, into: &outbox)
    }

    /// A random neighbour that chose this node makes room. Those that this node chose stay: nobody can drive them out.
    private mutating func evict(at now: Instant, into outbox: inout [MembershipAction]) {
        let inbound = linked.filter { $0.value.isActive && $0.value.origin == .inbound }.map(\.key)
        guard !inbound.isEmpty else { return }
        counts.evicted += 1
        dismiss(inbound[random.below(inbound.count)], at: now, into: &outbox)
    }

    /// A neighbour was won by an excursion: another one goes, when there are more than are wanted.
    private mutating func trim(sparing peer: PeerID, at now: Instant, into outbox: inout [MembershipAction]) {
        guard activeCount > settings.wanted else { return }
        let chosen = active.filter { $0 != peer && isChosen($0) }
        let others = chosen.filter { !spared.contains($0) }
        let candidates = others.isEmpty ? chosen : others
        guard !candidates.isEmpty else { return }
        dismiss(candidates[random.below(candidates.count)], at: now, into: &outbox)
    }
}
