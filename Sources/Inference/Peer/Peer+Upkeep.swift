import Gossip
import Overlay

extension Peer {
    /// Dials until there are links enough, closes idle ones when there are too many.
    mutating func upkeep(at now: Moment, into outbox: inout PeerOutbox) {
        noteContacts()
        let isShort = membership.missing > 0
        if isShort { dialMore(at: now, into: &outbox) }
        if links.usableCount > settings.comfortableLinks { closeIdle(at: now, into: &outbox) }
        endIdleCircuits(at: now, into: &outbox)
        reviewAdmissions(at: now, into: &outbox)
        tellCalendarIfDue(at: now, into: &outbox)
        reviewCalendar(at: now, into: &outbox)
        let interval = isShort ? settings.upkeepIntervalWhenShort : settings.upkeepInterval
        upkeepAt = now.instant + random.jittered(interval, percent: 20)
    }

    private mutating func dialMore(at now: Moment, into outbox: inout PeerOutbox) {
        guard !isLeaving else { return }
        dialContacts(at: now, into: &outbox)
        // Bootstrap nodes are asked only by a node that has nobody: a mesh must not lean on them.
        guard links.usableCount == 0 else { return }
        let (linked, libp2p, revoked) = (links, libp2p, admission.revocations.peers)
        let due = dialer.dueBootstraps(at: now.instant, settings: settings, random: &random) {
            linked.hasLink(to: $0) || libp2p?.isNeighbour($0) == true || revoked.contains($0)
        }
        for (id, peer, address) in due {
            counters.dials &+= 1
            outbox.append(.dial(id, peer: peer, addresses: [address]))
        }
    }

    private mutating func dialContacts(at now: Moment, into outbox: inout PeerOutbox) {
        var missing = membership.missing - dialer.count
        guard missing > 0 else { return }
        var contacts = kademlia.knownContacts(limit: settings.mostRemembered) + membership.passiveContacts
        random.shuffle(&contacts)
        for contact in contacts.map(\.contact) where missing > 0 {
            if dial(contact, at: now, into: &outbox) { missing -= 1 }
        }
    }

    /// The DHT has heard neighbours' contacts, with which they are told to others, and knows peers to begin with.
    private mutating func noteContacts() {
        for peer in membership.active {
            if let contact = kademlia.contact(of: peer) { membership.contactKnown(contact) }
        }
        guard membership.isHungry else { return }
        var known = kademlia.knownContacts(limit: settings.mostRemembered)
        random.shuffle(&known)
        membership.learn(known)
    }

    /// Starts a dial unless the peer is linked, being dialed, or to be left alone. True when one started.
    @discardableResult
    mutating func dial(_ contact: Contact, at now: Moment, into outbox: inout PeerOutbox) -> Bool {
        let addresses = contact.dialableAddresses
        guard contact.peer != id, !isRevoked(contact.peer), !addresses.isEmpty, !links.hasLink(to: contact.peer),
            dialer.mayDial(contact.peer, at: now.instant, settings: settings)
        else { return false }
        counters.dials &+= 1
        let dialID = dialer.begin(.peer(contact.peer))
        outbox.append(.dial(dialID, peer: contact.peer, addresses: addresses))
        return true
    }

    /// The shell connected and the other side has proven itself; ``LinkEvent/established(_:_:address:)`` follows.
    public mutating func dialSucceeded(_ id: DialID) {
        dialer.succeeded(id)
    }

    /// No address of a dial answered as it should.
    public mutating func dialFailed(
        _ id: DialID, reason: String, at now: Moment, into outbox: inout PeerOutbox
    ) {
        let now = adjusted(now)
        counters.dialsFailed &+= 1
        let purpose = dialer.failed(id, at: now.instant, settings: settings, random: &random)
        switch purpose {
        case .bootstrap:
            outbox.notice(.warning, "bootstrap address did not work: \(reason)")
        case .peer(let peer):
            outbox.notice(.debug, about: peer, "could not reach \(peer): \(reason)")
            membership.dialFailed(peer)
            withKademlia(at: now, into: &outbox) { $0.dialFailed(peer, at: now, into: &$1) }
            dialEnded(to: peer, complaint: reason, at: now, into: &outbox)
        case nil:
            break
        }
    }

    /// Links over the comfortable number go, least recently used first; those that carry circuits stay, and so do
    /// those to neighbours.
    private mutating func closeIdle(at now: Moment, into outbox: inout PeerOutbox) {
        let surplus = links.usableCount - settings.comfortableLinks
        let idle = links.mutual
            .filter { $0.streams == 0 && now.instant.since($0.lastUsed) > settings.idleLink }
            .filter { !announcement.relays.contains($0.peer) && !membership.isActive($0.peer) }
            .sorted { ($0.lastUsed, $0.id) < ($1.lastUsed, $1.id) }
        // A part at a time: nodes that joined together would otherwise all close at the same moment.
        for link in idle.prefix((surplus + 3) / 4) {
            // The peer is still there: nobody has to look for it.
            links[link.id]?.retiresAt = .distantFuture
            let verdict = Verdict(code: .surplus, message: "the link was idle and this node has enough others")
            outbox.append(.send(.verdict(verdict), on: link.id))
            outbox.append(.close(link.id, reason: verdict.message))
        }
    }
}
