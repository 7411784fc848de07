import Overlay

extension Membership {
    /// A link to `peer` is up that both ends admitted.
    public mutating func linkUp(
        _ peer: PeerID, origin: LinkOrigin, contact: ContactRecord?, at now: Moment,
        into outbox: inout [MembershipAction]
    ) {
        guard peer != id, linked[peer] == nil, linked.count < settings.linked else { return }
        linked[peer] = LinkedPeer(origin: origin, contact: contact, state: .idle(until: .zero))
        if nextShuffle == .distantFuture { begin(at: now.instant) }
        if excursions.contains(peer) { return ask(peer, at: now.instant, into: &outbox) }
        fill(at: now.instant, into: &outbox)
    }

    /// Another link to `peer` takes the place of the one before. The other end may have seen that one end first, so that it counts
    /// this node as a neighbour no more: it is asked again.
    public mutating func linkReplaced(_ peer: PeerID, into outbox: inout [MembershipAction]) {
        guard isActive(peer) else { return }
        outbox.append(.send(.neighbor(isUrgent: false), to: peer))
    }

    /// The link to `peer` is down. A neighbour is kept in reserve.
    /// - Parameters:
    ///   - contact: where it could be dialed.
    ///   - isSilent: whether the peer went without a word; otherwise it said that it goes, and is not sought.
    public mutating func linkDown(
        _ peer: PeerID, contact: ContactRecord?, isSilent: Bool, at now: Moment, into outbox: inout [MembershipAction]
    ) {
        guard let gone = linked.removeValue(forKey: peer) else { return }
        excursions.remove(peer)
        guard gone.isActive else { return fill(at: now.instant, into: &outbox) }
        counts.deactivated += 1
        outbox.append(.deactivated(peer))
        if let contact = contact ?? gone.contact, contact.contact.hasDialableAddress, isSilent {
            counts.lost += 1
            passive.insertLost(contact, at: now.instant, settings: settings, random: &random)
        }
        fill(at: now.instant, into: &outbox)
    }

    /// A peer with a link has this contact; what it said before may be over.
    public mutating func contactKnown(_ contact: ContactRecord) {
        guard let known = linked[contact.peer] else { return }
        if let before = known.contact, !contact.isNewer(than: before) { return }
        linked[contact.peer]?.contact = contact
    }

    /// No link could be made to a peer.
    public mutating func dialFailed(_ peer: PeerID) {
        excursions.remove(peer)
        passive.failed(peer)
    }

    /// A link to a peer was asked for and did not come: now is no time to make one, or the peer is there and takes no link.
    public mutating func notLinked(_ peer: PeerID) {
        excursions.remove(peer)
    }

    private mutating func begin(at now: Instant) {
        // Not all at once: nodes that start together would shuffle together for ever.
        nextShuffle = now + random.jittered(settings.hungryShuffleInterval, percent: 50)
        nextExcursion = now + random.jittered(settings.excursionInterval, percent: 50)
    }

    /// Asks peers with links until there will be neighbours enough.
    mutating func fill(at now: Instant, into outbox: inout [MembershipAction]) {
        guard missing > 0 else { return }
        var candidates = Array(linked.keys).filter { peer in
            if case .idle(let until)? = linked[peer]?.state { until <= now } else { false }
        }
        random.shuffle(&candidates)
        for peer in candidates where missingOfAny > 0 || (missingOutbound > 0 && linked[peer]?.origin == .outbound) {
            mayTake(peer) ? ask(peer, at: now, into: &outbox) : pause(peer, at: now)
        }
    }

    private mutating func ask(_ peer: PeerID, at now: Instant, into outbox: inout [MembershipAction]) {
        // Not all that it asks: whoever joins would be taken by everybody beyond what they want.
        let isUrgent = count { $0.isActive || $0.isAsked } < settings.least
        let deadline = now + settings.askTimeout
        linked[peer]?.state = .asked(until: deadline)
        outbox.append(.send(.neighbor(isUrgent: isUrgent), to: peer))
    }

    /// Leaves a peer alone for a while.
    mutating func pause(_ peer: PeerID, at now: Instant) {
        let pause = random.jittered(settings.askPause, percent: 20)
        linked[peer]?.state = .idle(until: now + pause)
    }

    /// Whether the quotas leave a place for a peer: some places are for those that this node dialed, and one network gets only
    /// so many.
    func mayTake(_ peer: PeerID) -> Bool {
        guard let candidate = linked[peer] else { return false }
        if candidate.origin == .inbound {
            let inbound = count { $0.origin == .inbound && ($0.isActive || $0.isAsked) }
            guard inbound < settings.most - settings.outboundReserve else { return false }
        }
        return !(candidate.contact?.globalPrefixes ?? []).contains { prefix in
            count { ($0.isActive || $0.isAsked) && $0.contact?.globalPrefixes.contains(prefix) ?? false }
                >= settings.perPrefix
        }
    }
}
