import Overlay

/// Anchors: the few peers that a node goes back to after a restart, before it asks anybody else for others.
///
/// Whoever wants to have a node among his own nodes alone waits until it starts anew, when it knows nobody and takes whom it
/// meets. Anchors are peers that it chose itself and had a link to for long, each in another network (as Bitcoin Core's
/// anchors and the eclipse countermeasures of Heilman et al., 2015).
extension Peer {
    /// The contacts to keep over a restart: anchors first, the longest linked before the others, then those that answered most
    /// often.
    public func keptContacts(limit: Int) -> [ContactRecord] {
        var kept = Array(anchors.prefix(max(0, limit)))
        let chosen = Set(kept.map(\.peer))
        let others = kademlia.knownContacts(limit: limit).filter { !chosen.contains($0.peer) }
        kept += others.prefix(max(0, limit - kept.count))
        return kept
    }

    /// Contacts from an earlier run, in the order of ``keptContacts(limit:)``: the first of them are dialed at once.
    public mutating func resume(_ contacts: [[UInt8]], at now: Moment, into outbox: inout PeerOutbox) {
        let now = adjusted(now)
        learn(contacts, at: now, into: &outbox)
        // Those whose signature was found right: the file is this node's own, but anybody may have written to the disk.
        let known = contacts.prefix(settings.anchors).compactMap { try? ContactRecord(decoding: $0) }
        for record in known {
            guard membership.missing > 0, let contact = kademlia.contact(of: record.peer)?.contact else {
                continue
            }
            dial(contact, at: now, into: &outbox)
        }
    }

    /// Peers that this node dialed, that both ends admitted, that can be dialed again, each of another network.
    private var anchors: [ContactRecord] {
        var anchors: [ContactRecord] = []
        var networks: Set<ContactRecord.Network> = []
        for link in links.all where link.direction == .outbound && link.isMutual {
            guard anchors.count < settings.anchors else { break }
            guard let record = kademlia.contact(of: link.peer), record.contact.roles.contains(.server),
                !record.contact.dialableAddresses.isEmpty, networks.isDisjoint(with: record.networks)
            else { continue }
            networks.formUnion(record.networks)
            anchors.append(record)
        }
        return anchors
    }
}
