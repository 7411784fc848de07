import Overlay

/// Whether the node is a server or a client of the DHT.
extension Peer {
    /// What the node was told to be.
    public enum RoleChoice: String, Hashable, Sendable, CaseIterable {
        /// What others find: a client once they do not reach it.
        case automatic
        /// A server wherever it listens, whatever others find.
        case server
        /// A client wherever it listens.
        case client
    }

    /// What others are told: a server may stand in routing tables, answers lookups and keeps advertisements.
    public var isServer: Bool { kademlia.own.contact.roles.contains(.server) }

    /// What the next contact is to say.
    var roles: ContactRoles {
        switch roleChoice {
        case .client: []
        case .server: addresses.isEmpty ? [] : .server
        case .automatic: addresses.isEmpty || kademlia.dialBacks.reach == .unreached ? [] : .server
        }
    }

    /// The addresses that others are told: those of datagrams only where datagrams pass, and come in.
    var toldAddresses: [Multiaddr] {
        let isSilent = isWithoutDatagrams || roleChoice != .server && areDatagramsKeptOut
        return isSilent ? addresses.filter { UDPEndpoint($0) == nil } : addresses
    }

    private var areDatagramsKeptOut: Bool {
        switch kademlia.dialBacks.reach {
        case .unknown, .reached: false
        case .linksOnly, .unreached: true
        }
    }

    /// A dial-back has come in a datagram.
    public mutating func receive(
        _ nonce: DialBackNonce, from source: UDPEndpoint, at now: Moment, into outbox: inout PeerOutbox
    ) {
        guard !isLeaving else { return }
        withKademlia(at: now, into: &outbox) { $0.receive(nonce, from: source, at: now, into: &$1) }
    }

    mutating func reachChanged(_ reach: Reach, at now: Moment, into outbox: inout PeerOutbox) {
        switch reach {
        case .unknown: break
        case .reached: outbox.notice(.info, "other nodes reach this one by UDP where it says that it listens")
        case .linksOnly:
            outbox.notice(
                .warning, "other nodes reach this one by TCP only: it tells nobody its UDP address (is UDP blocked?)")
        case .unreached:
            let text =
                "other nodes do not reach this one where it says that it listens (is a firewall or a translator in the way?)"
            outbox.notice(.warning, text)
        }
        guard roles != kademlia.own.contact.roles || tellsOtherAddresses else { return }
        renewContact(sequence: kademlia.own.contact.sequence + 1, at: now, into: &outbox)
    }

    private var tellsOtherAddresses: Bool {
        Array(toldAddresses.prefix(settings.kademlia.contact.addressCount)) != kademlia.own.contact.addresses
    }

    /// The other side of a link made it. Its port is its own alone, so whatever kept strangers out would have kept it out.
    mutating func noteCaller(_ link: LinkTable.Link, at now: Moment, into outbox: inout PeerOutbox) {
        guard link.direction == .inbound, let ip = (try? Multiaddr(text: link.address))?.ip else { return }
        withKademlia(at: now, into: &outbox) { $0.dialed(by: link.peer, from: ip, at: now, into: &$1) }
    }
}
