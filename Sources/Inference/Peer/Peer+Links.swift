import Gossip
import Overlay

extension Peer {
    mutating func linkEstablished(
        _ id: LinkID, to peer: PeerID, _ direction: LinkDirection, address: String, at now: Moment,
        into outbox: inout PeerOutbox
    ) {
        counters.linksOpened &+= 1
        let isRoom = links.count < settings.mostLinks && links.strangers < settings.mostStrangers
        guard !isLeaving, peer != self.id, isRoom else {
            counters.drop(.tooManyLinks)
            let code = isLeaving ? Verdict.Code.leaving : .full
            let full = Verdict(code: code, message: fullMessage(for: peer), contacts: contactsToShare(with: peer))
            outbox.append(.send(.verdict(full), on: id))
            outbox.append(.close(id, reason: full.message))
            return noLinkCame(to: peer, at: now, into: &outbox)
        }
        links[id] = LinkTable.Link(
            id: id, peer: peer, direction: direction, address: address, openedAt: now.instant,
            graceUntil: now.instant + settings.admissionGrace)
        outbox.append(.send(.hello(Hello(meshID: meshID, token: token)), on: id))
    }

    private func fullMessage(for peer: PeerID) -> String {
        if peer == id { return "this is the node itself" }
        return isLeaving ? "this node is going away" : "this node has all \(settings.mostLinks) links that it takes"
    }

    private func contactsToShare(with peer: PeerID) -> [[UInt8]] {
        kademlia.closest(to: NodeKey(peer), count: Verdict.mostContacts).map(\.bytes)
    }

    mutating func receive(
        _ message: LinkMessage, on id: LinkID, at now: Moment, into outbox: inout PeerOutbox
    ) {
        guard let link = links[id] else { return }
        switch message {
        case .hello(let hello):
            receive(hello, on: link, at: now, into: &outbox)
        case .verdict(let verdict):
            receive(verdict, on: link, at: now, into: &outbox)
        case .kademlia(let message):
            guard link.isMutual else { return counters.drop(.notAdmitted) }
            links[id]?.lastUsed = now.instant
            withKademlia(at: now, into: &outbox) { $0.receive(message, from: link.peer, at: now, into: &$1) }
        case .load(let load):
            guard link.isMutual else { return counters.drop(.notAdmitted) }
            heard(load, from: link.peer, at: now)
        case .calendar(let wall):
            guard link.isMutual else { return counters.drop(.notAdmitted) }
            heardCalendar(wall, on: link, at: now, into: &outbox)
        case .unlinked(let host):
            guard link.isMutual else { return counters.drop(.notAdmitted) }
            receiveUnlinked(host, on: link, at: now, into: &outbox)
        case .gossip(let message):
            guard link.isMutual else { return counters.drop(.notAdmitted) }
            guard membership.isActive(link.peer) || message.isForEveryLink else {
                // It takes this node for a neighbour: the link before this one ended at one end only, or a goodbye crosses it.
                counters.drop(.notANeighbor)
                return withMembership(at: now, into: &outbox) { $0.strangerGossips(link.peer, at: now, into: &$1) }
            }
            withMesh(at: now, into: &outbox) { $0.receive(message, from: link.peer, at: now, into: &$1) }
        case .membership(let message):
            guard link.isMutual else { return counters.drop(.notAdmitted) }
            withMembership(at: now, into: &outbox) { $0.receive(message, from: link.peer, at: now, into: &$1) }
        }
    }

    private mutating func receive(
        _ hello: Hello, on link: LinkTable.Link, at now: Moment, into outbox: inout PeerOutbox
    ) {
        guard hello.meshID == meshID else {
            counters.drop(.foreignMesh)
            let message = "it belongs to another mesh (\(hello.meshID)) than this node (\(meshID))"
            return refuse(link, message, at: now, into: &outbox)
        }
        switch tokens.admit(hello.token, of: link.peer, by: admission, at: now.own) {
        case .failure(let refusal):
            counters.drop(refusal)
            refuse(link, "\(refusal)", at: now, into: &outbox)
        case .success(let admitted):
            counters.admitted &+= 1
            let abilities = Abilities(settings.gossip.abilities)
            outbox.append(.send(.verdict(Verdict(code: .admitted, message: abilities.text)), on: link.id))
            if link.isMutual || link.acceptedByPeer {
                becomeMutual(link.id, admitted, at: now, into: &outbox)
            } else {
                let until = link.openedAt + settings.admissionGrace
                links[link.id]?.admission = .half(admitted, until: until)
            }
        }
    }

    private mutating func receive(
        _ verdict: Verdict, on link: LinkTable.Link, at now: Moment, into outbox: inout PeerOutbox
    ) {
        switch verdict.code {
        case .admitted:
            links[link.id]?.acceptedByPeer = true
            links[link.id]?.abilities = Abilities(text: verdict.message)
            if case .half(let admitted, _) = link.admission {
                becomeMutual(link.id, admitted, at: now, into: &outbox)
            }
        case .refused, .full, .surplus, .leaving:
            if verdict.code == .surplus { links[link.id]?.retiresAt = .distantFuture }
            learnFrom(verdict, of: link, at: now, into: &outbox)
            outbox.append(.close(link.id, reason: "the other side closed: \(verdict.message)"))
        }
    }

    private mutating func learnFrom(
        _ verdict: Verdict, of link: LinkTable.Link, at now: Moment, into outbox: inout PeerOutbox
    ) {
        if verdict.code != .surplus {
            dialer.avoid(link.peer, at: now.instant, settings: settings, random: &random)
        }
        switch verdict.code {
        case .refused:
            let text = "\(link.peer) at \(link.address) refuses this node: \(verdict.message)"
            outbox.notice(.warning, about: link.peer, text)
        case .full:
            let text = "\(link.peer) at \(link.address) has no room for this node: \(verdict.message)"
            outbox.notice(.info, about: link.peer, text)
        case .admitted, .surplus, .leaving:
            break
        }
        guard !verdict.contacts.isEmpty else { return }
        withKademlia(at: now, into: &outbox) {
            for contact in verdict.contacts { $0.learned(contact, from: link.peer, at: now, into: &$1) }
        }
    }

    mutating func refuse(
        _ link: LinkTable.Link, _ message: String, at now: Moment, into outbox: inout PeerOutbox
    ) {
        outbox.append(.send(.verdict(Verdict(code: .refused, message: message)), on: link.id))
        outbox.notice(.info, about: link.peer, "refused \(link.peer) at \(link.address): \(message)")
        outbox.append(.close(link.id, reason: message))
        dialer.avoid(link.peer, at: now.instant, settings: settings, random: &random)
    }

    /// Both ends admitted each other. When there are two such links to one peer, both ends keep the same one: that
    /// opened by the lower key, or the newer of two opened by the same side.
    private mutating func becomeMutual(
        _ id: LinkID, _ admitted: Admitted, at now: Moment, into outbox: inout PeerOutbox
    ) {
        guard let link = links[id] else { return }
        links[id]?.admission = .mutual(admitted)
        tellCalendar(on: id, at: now, into: &outbox)
        let older = links.usableLink(to: link.peer).flatMap { links[$0] }
        if let older, older.id != id {
            let surplus = keeps(link, over: older) ? older : link
            if surplus.id == older.id { use(link, at: now, into: &outbox) }
            retire(surplus, at: now, into: &outbox)
            return
        }
        guard older == nil else { return }
        links.setUsable(id, for: link.peer)
        peerCameUp(link, at: now, into: &outbox)
    }

    /// Takes a link into use for its peer, in the place of another.
    private mutating func use(_ link: LinkTable.Link, at now: Moment, into outbox: inout PeerOutbox) {
        links.setUsable(link.id, for: link.peer)
        mesh.neighbor(link.peer, has: link.abilities.gossip)
        withMembership(at: now, into: &outbox) { $0.linkReplaced(link.peer, into: &$1) }
    }

    private func keeps(_ newer: LinkTable.Link, over older: LinkTable.Link) -> Bool {
        guard newer.direction != older.direction else { return true }
        let lowerDials: LinkDirection = id < newer.peer ? .outbound : .inbound
        return newer.direction == lowerDials
    }

    /// The last word on a link that is not needed. Closing at once would lose what the other side sent before it knew,
    /// questions among it; so whoever has both said and heard the last word closes.
    private mutating func retire(_ link: LinkTable.Link, at now: Moment, into outbox: inout PeerOutbox) {
        let settings = settings
        links[link.id]?.retiresAt = now.instant + settings.admissionGrace
        let verdict = Verdict(code: .surplus, message: Self.anotherIsKept)
        outbox.append(.send(.verdict(verdict), on: link.id))
    }

    private static let anotherIsKept = "another link to the same peer is kept"

    private mutating func peerCameUp(_ link: LinkTable.Link, at now: Moment, into outbox: inout PeerOutbox) {
        dialer.linked(with: link.peer)
        // Before any entry, so that the other side does not list hosts that are known to be gone.
        tellAllUnlinked(on: link.id, into: &outbox)
        outbox.notice(.info, about: link.peer, "linked with \(link.peer) at \(link.address)")
        withKademlia(at: now, into: &outbox) {
            $0.linkAdmitted(link.peer, record: nil, roundTrip: link.roundTrip, at: now, into: &$1)
        }
        withMesh(at: now, into: &outbox) { $0.linkUp(link.peer, at: now, into: &$1) }
        let (origin, contact) = (link.direction.origin, kademlia.contact(of: link.peer))
        withMembership(at: now, into: &outbox) {
            $0.linkUp(link.peer, origin: origin, contact: contact, at: now, into: &$1)
        }
        noteCaller(link, at: now, into: &outbox)
        relaysMayHaveChanged(at: now)
        isBack(link.peer, at: now, into: &outbox)
        linkCameUp(to: link.peer, at: now, into: &outbox)
    }

    /// A link ended before both ends had admitted each other. What waits for one must not wait in vain.
    mutating func noLinkCame(to peer: PeerID, at now: Moment, into outbox: inout PeerOutbox) {
        guard !links.hasLink(to: peer), !dialer.isDialing(peer) else { return }
        membership.notLinked(peer)
        withKademlia(at: now, into: &outbox) { $0.dialRefused(peer, at: now, into: &$1) }
    }

    mutating func linkClosed(
        _ id: LinkID, reason: String, at now: Moment, into outbox: inout PeerOutbox
    ) {
        for key in circuits.streams(of: id) { streamReset(key, at: now, into: &outbox) }
        guard let (link, wasUsable) = links.remove(id) else { return }
        counters.linksClosed &+= 1
        guard wasUsable else { return noLinkCame(to: link.peer, at: now, into: &outbox) }
        // A second link that was admitted meanwhile takes over silently.
        if let other = links.all.last(where: { $0.peer == link.peer && $0.isMutual }) {
            return use(other, at: now, into: &outbox)
        }
        outbox.notice(.info, about: link.peer, "link with \(link.peer) closed: \(reason)")
        withKademlia(at: now, into: &outbox) { $0.linkLost(link.peer, at: now, into: &$1) }
        mesh.linkDown(link.peer, at: now)
        let contact = kademlia.contact(of: link.peer)
        withMembership(at: now, into: &outbox) {
            $0.linkDown(link.peer, contact: contact, isSilent: link.retiresAt == nil, at: now, into: &$1)
        }
        // A peer that ended an idle link is still there.
        if link.retiresAt == nil { lost(link, at: now, into: &outbox) }
        relaysMayHaveChanged(at: now)
        upkeepAt = min(upkeepAt, now.instant + settings.upkeepIntervalWhenShort)
    }

    /// Closes links whose token is not good any more: a time limit in one of its blocks is over, or it was revoked.
    mutating func reviewAdmissions(at now: Moment, into outbox: inout PeerOutbox) {
        for link in links.all {
            guard let admitted = link.admitted, link.retiresAt == nil,
                let refusal = admission.review(admitted, at: now.own)
            else { continue }
            refuse(link, "\(refusal)", at: now, into: &outbox)
            guard refusal.isRevocation else { continue }
            counters.linksRevoked &+= 1
            // Said once: what still comes from there is refused by itself.
            links[link.id]?.retiresAt = .distantFuture
        }
    }

    /// Closes links whose other side showed no good token in time, and those whose token has expired since.
    mutating func endAdmissions(at now: Moment, into outbox: inout PeerOutbox) {
        guard links.isAnyOver(at: now) else { return }
        for link in links.all {
            switch link.admission {
            case .grace(let until) where until <= now.instant:
                counters.drop(.graceExpired)
                let seconds = settings.admissionGrace.seconds
                refuse(link, "no token was shown within \(seconds) seconds", at: now, into: &outbox)
                links[link.id]?.admission = .grace(until: .distantFuture)
            case .half(let admitted, let until) where until <= now.instant:
                outbox.append(.close(link.id, reason: "the other side did not say whether it admits this node"))
                links[link.id]?.admission = .half(admitted, until: .distantFuture)
            case .mutual where (link.retiresAt ?? .distantFuture) <= now.instant:
                outbox.append(.close(link.id, reason: Self.anotherIsKept))
                links[link.id]?.retiresAt = .distantFuture
            case .mutual(let admitted) where admitted.expiry < now.own:
                refuse(link, "the token has expired", at: now, into: &outbox)
            default:
                break
            }
        }
    }
}
