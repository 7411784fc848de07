import Gossip
import Overlay

extension Peer {
    /// Runs an entry of the DHT and carries out what it asks for.
    mutating func withKademlia(
        at now: Moment, into outbox: inout PeerOutbox,
        _ body: (inout Kademlia, inout [KademliaAction]) -> Void
    ) {
        var actions: [KademliaAction] = []
        body(&kademlia, &actions)
        for action in actions {
            switch action {
            case .send(let message, let peer):
                guard let link = links.usableLink(to: peer) else { continue }
                outbox.append(.send(.kademlia(message), on: link))
            case .ask(let message, let peer, let endpoint, let isFirst):
                outbox.append(.ask(message, introduction: introduction, of: peer, at: endpoint, isFirst: isFirst))
            case .answer(let message, let source):
                outbox.append(.answer(message, introduction: introduction, to: source))
            case .dialBack(let nonce, let endpoint, let source):
                outbox.append(.dialBack(nonce, to: endpoint, for: source))
            case .reachChanged(let reach):
                reachChanged(reach, at: now, into: &outbox)
            case .datagramsBlocked(let isBlocked):
                datagramsBlocked(isBlocked, at: now, into: &outbox)
            case .connect(let contact):
                connect(contact, at: now, into: &outbox)
            case .lookupFinished(let id, let result):
                outbox.append(.lookupFinished(id, result))
            case .contactFound(let contact):
                contactFound(contact, at: now, into: &outbox)
            case .contactMissing(let peer):
                contactMissing(peer, at: now, into: &outbox)
            case .judge(let request):
                judge(request, at: now, into: &outbox)
            case .advertisementsFound(let id, let registrar, let advertisements):
                advertisementsFound(advertisements, by: registrar, of: id, at: now, into: &outbox)
            case .searchFinished(let id, let result):
                guard searches.removeValue(forKey: id) != nil else { continue }
                outbox.append(.searchFinished(id, result))
            case .renewContact(let sequence):
                renewContact(sequence: sequence, at: now, into: &outbox)
            case .drop:
                counters.drop(.kademlia)
            }
        }
    }

    /// The DHT waits for a link; it must hear when none can be had.
    private mutating func connect(_ contact: Contact, at now: Moment, into outbox: inout PeerOutbox) {
        if links.usableLink(to: contact.peer) != nil {
            return withKademlia(at: now, into: &outbox) {
                $0.linkAdmitted(contact.peer, record: nil, roundTrip: nil, at: now, into: &$1)
            }
        }
        guard !links.hasLink(to: contact.peer), !dialer.isDialing(contact.peer) else { return }
        // That a peer is left alone for a while, or that there are dials enough, says nothing new about it.
        guard !dial(contact, at: now, into: &outbox) else { return }
        withKademlia(at: now, into: &outbox) { $0.dialRefused(contact.peer, at: now, into: &$1) }
    }

    private mutating func contactFound(_ contact: Contact, at now: Moment, into outbox: inout PeerOutbox) {
        guard !links.hasLink(to: contact.peer), !dialer.isDialing(contact.peer) else { return }
        guard !dial(contact, at: now, into: &outbox) else { return }
        dialEnded(
            to: contact.peer, complaint: "it has no address for links, or was tried in vain just now", at: now,
            into: &outbox)
    }

    /// Where the node can be dialed from now on; nowhere makes it a client.
    public mutating func setAddresses(
        _ addresses: [Multiaddr], at now: Moment, into outbox: inout PeerOutbox
    ) {
        let now = adjusted(now)
        self.addresses = addresses
        let endpoints = addresses.compactMap { UDPEndpoint($0) }
        withKademlia(at: now, into: &outbox) { $0.listen(at: endpoints, at: now, into: &$1) }
        renewContact(sequence: kademlia.own.contact.sequence + 1, at: now, into: &outbox)
    }

    mutating func renewContact(sequence: UInt64, at now: Moment, into outbox: inout PeerOutbox) {
        let most = settings.kademlia.contact.addressCount
        let signed = try? ContactRecord(
            signedBy: identity, sequence: max(sequence, now.wall.milliseconds), issuedAt: now.wall,
            timeToLive: settings.contactTTL, roles: roles,
            addresses: Array(toldAddresses.prefix(most)), settings: settings.kademlia.contact)
        guard let signed else {
            return outbox.notice(.warning, "the node's addresses do not fit in a contact: \(addresses)")
        }
        membership.contactRenewed(signed)
        withKademlia(at: now, into: &outbox) { $0.contactRenewed(signed, at: now, into: &$1) }
    }

    /// Searches the nodes nearest to a key; ends with ``PeerAction/lookupFinished(_:_:)``.
    /// - Precondition: no search with this id is under way.
    public mutating func lookup(
        _ target: NodeKey, id: LookupID, at now: Moment, into outbox: inout PeerOutbox
    ) {
        let now = adjusted(now)
        withKademlia(at: now, into: &outbox) { $0.lookup(target, id: id, at: now, into: &$1) }
    }

    /// Contacts from an earlier run or an invitation: tried when links are missing.
    public mutating func learn(_ contacts: [[UInt8]], at now: Moment, into outbox: inout PeerOutbox) {
        let now = adjusted(now)
        withKademlia(at: now, into: &outbox) {
            for contact in contacts { $0.learned(contact, from: nil, at: now, into: &$1) }
        }
        upkeepAt = now.instant
    }

    /// Catalog entries from an earlier run; each is verified again.
    public mutating func restore(_ entries: [[UInt8]], at now: Moment, into outbox: inout PeerOutbox) {
        let now = adjusted(now)
        withMesh(at: now, into: &outbox) { _ = $0.restore(entries, at: now, into: &$1) }
    }

    /// Runs an entry of the catalog's gossip and carries out what it asks for.
    mutating func withMesh(
        at now: Moment, into outbox: inout PeerOutbox, _ body: (inout Mesh, inout [MeshAction]) -> Void
    ) {
        var actions: [MeshAction] = []
        var isOwnEntryNew = false
        body(&mesh, &actions)
        for action in actions {
            switch action {
            case .send(let message, let peer):
                guard let link = links.usableLink(to: peer) else { continue }
                outbox.append(.send(.gossip(message), on: link))
            case .changed(let change):
                if change.peer == id { isOwnEntryNew = true }
                catalogChanged(change, at: now, into: &outbox)
            case .revoked(let revocations):
                enforce(revocations, at: now, into: &outbox)
            case .drop:
                counters.drop(.gossip)
            }
        }
        if isOwnEntryNew { advertise(at: now, into: &outbox) }
    }
}
