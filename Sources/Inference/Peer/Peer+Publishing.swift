import Gossip
import Overlay

extension Peer {
    /// When the node's own catalog entry is to be made anew.
    struct Announcement {
        var deadline = Instant.distantFuture
        /// Relays named in the entry that is out.
        var relays: [PeerID] = []
    }

    /// Announces exactly these services from now on; none withdraws the entry.
    public mutating func publish(_ offers: [ServiceOffer], at now: Moment, into outbox: inout PeerOutbox) {
        let now = adjusted(now)
        guard offers != self.offers else { return }
        self.offers = offers
        publishNow(at: now, into: &outbox)
    }

    /// Takes everything back and says goodbye on every link. Requests under way go on until the shell closes.
    public mutating func leave(at now: Moment, into outbox: inout PeerOutbox) {
        let now = adjusted(now)
        isLeaving = true
        offers = []
        announcement.deadline = .distantFuture
        withMesh(at: now, into: &outbox) { _ = $0.withdraw(at: now, into: &$1) }
    }

    /// The last words on every link, after the requests under way have ended.
    public mutating func sayGoodbye(into outbox: inout PeerOutbox) {
        for link in links.all {
            outbox.append(.send(.verdict(Verdict(code: .leaving, message: "this node is going away")), on: link.id))
            outbox.append(.close(link.id, reason: "this node is going away"))
        }
        endLibP2P(reason: "this node is going away", into: &outbox)
    }

    mutating func relaysMayHaveChanged(at now: Moment) {
        guard !offers.isEmpty else { return }
        let relays = relaysToName()
        guard relays != announcement.relays else { return }
        announcement.deadline = min(announcement.deadline, now.instant + pause(for: relays))
    }

    /// How long a change of the relays may wait.
    private func pause(for relays: [PeerID]) -> TimeSpan {
        switch announcement.relays.count(where: relays.contains) {
        case 0: settings.publishPause
        case 1: settings.relayPause
        default: settings.longestRelayPause
        }
    }

    mutating func publishIfDue(at now: Moment, into outbox: inout PeerOutbox) {
        guard announcement.deadline <= now.instant else { return }
        publishNow(at: now, into: &outbox)
    }

    private mutating func publishNow(at now: Moment, into outbox: inout PeerOutbox) {
        guard !isLeaving else { return }
        announcement = Announcement(relays: relaysToName())
        membership.spared = Set(announcement.relays)
        var announced = offers
        // An entry that does not fit would leave the old one standing, with services that may be gone: it is made to fit
        // by naming fewer models.
        while case .tooLong(let length, let limit) = announce(announced, at: now, into: &outbox) {
            let (before, isShorter) = (announced.modelCount, announced.halveLongestList())
            guard isShorter else {
                outbox.notice(.warning, "too many services to announce: \(length) bytes of \(limit)")
                return withMesh(at: now, into: &outbox) { _ = $0.withdraw(at: now, into: &$1) }
            }
            let text =
                "the entry would have \(length) bytes of \(limit): \(announced.modelCount) of \(before) models are announced"
            outbox.notice(.warning, text)
        }
    }

    private mutating func announce(
        _ offers: [ServiceOffer], at now: Moment, into outbox: inout PeerOutbox
    ) -> Publication {
        let (labels, relays) = (labels, announcement.relays)
        let digest = TokenDigest(token: token)
        var result = Publication.unchanged
        withMesh(at: now, into: &outbox) {
            result = $0.publish(
                offers: offers, labels: labels, relays: relays, tokenDigest: digest, at: now, into: &$1)
        }
        if case .invalid(let reason) = result {
            outbox.notice(.warning, "the services cannot be announced: \(reason)")
            withMesh(at: now, into: &outbox) { _ = $0.withdraw(at: now, into: &$1) }
        }
        return result
    }

    /// The longest-standing links, first those of the active view that this node chose itself: they are the likeliest to be there
    /// when a caller comes, and it gives none of them up for a new neighbour.
    private func relaysToName() -> [PeerID] {
        let linked = links.mutualPeers
        let kept = announcement.relays.filter(linked.contains)
        let others = linked.filter { !kept.contains($0) }
        let chosen = others.filter(membership.isChosen)
        let active = others.filter { membership.isActive($0) && !membership.isChosen($0) }
        let rest = others.filter { !membership.isActive($0) }
        return (kept + chosen + active + rest).prefix(settings.namedRelays).sorted()
    }
}

extension [ServiceOffer] {
    fileprivate var modelCount: Int { reduce(0) { $0 + $1.models.count } }

    /// Drops half of the models of the service with the most. False when no service has more than one.
    fileprivate mutating func halveLongestList() -> Bool {
        guard let longest = indices.max(by: { self[$0].models.count < self[$1].models.count }) else { return false }
        let offer = self[longest]
        guard offer.models.count > 1 else { return false }
        let kept = Array<String>(offer.models.prefix(offer.models.count / 2))
        let shorter = try? ServiceOffer(
            name: offer.name, summary: offer.summary, models: kept, labels: offer.labels, limits: offer.limits)
        guard let shorter else { return false }
        self[longest] = shorter
        return true
    }
}
