import Overlay

/// Peers without a token that may look things up over libp2p's DHT, where the configuration lets them. A connection becomes
/// a libp2p neighbour's when its other side opens a stream of the DHT, or says that it speaks the DHT and no link protocol.
/// From then on it is no link any more: no token is awaited, and nothing of the mesh is said or heard on it.
extension Peer {
    /// How many libp2p neighbours there are; nil where they are not served.
    public var libp2pNeighbourCount: Int? { libp2p?.neighbourCount }

    /// Takes in what happened on a libp2p neighbour's connection. False when it is none's.
    mutating func receivedByLibP2P(
        _ event: LinkEvent, on link: LinkID, at now: Moment, into outbox: inout PeerOutbox
    ) -> Bool {
        guard libp2p != nil else { return false }
        if case .identified(let info) = event { libp2pIdentified(link, as: info, at: now, into: &outbox) }
        guard libp2p?.peer(on: link.number) != nil else { return false }
        switch event {
        case .streamData(let stream, let bytes):
            libp2pData(bytes, on: StreamKey(link: link, stream: stream), at: now, into: &outbox)
        case .streamFinished(let stream):
            let key = StreamKey(link: link, stream: stream)
            withLibP2P(key, into: &outbox) { $0.finished(key.libp2pName) }
        case .streamReset(let stream):
            libp2p?.forget(StreamKey(link: link, stream: stream).libp2pName)
        case .streamSent(let stream, let count):
            libp2p?.sent(count, on: StreamKey(link: link, stream: stream).libp2pName)
        case .closed:
            libp2p?.closed(link.number)
            counters.linksClosed &+= 1
        case .streamOpened(let stream):
            counters.drop(.otherProtocol)
            outbox.append(.reset(StreamKey(link: link, stream: stream)))
        case .message:
            counters.drop(.otherProtocol)
        case .libp2pStreamOpened, .established, .identified, .roundTrip:
            return false
        }
        return true
    }

    /// A stream of the DHT: its opener is a libp2p neighbour from now on, unless it is a member.
    mutating func libp2pStreamOpened(_ key: StreamKey, at now: Moment, into outbox: inout PeerOutbox) {
        guard becomesLibP2P(key.link, at: now, into: &outbox) else {
            counters.drop(.otherProtocol)
            return outbox.append(.reset(key))
        }
        withLibP2P(key, into: &outbox) { $0.opened(key.libp2pName) }
    }

    private mutating func libp2pIdentified(
        _ link: LinkID, as info: IdentifyInfo, at now: Moment, into outbox: inout PeerOutbox
    ) {
        if info.protocols.contains(LibP2PKademliaMessage.protocolID),
            !info.protocols.contains(LinkSession.controlProtocol)
        {
            _ = becomesLibP2P(link, at: now, into: &outbox)
        }
        libp2p?.identified(link.number, as: info)
    }

    /// Only of connections that the other side dialed and has shown no token on. This node dials members.
    private mutating func becomesLibP2P(_ id: LinkID, at now: Moment, into outbox: inout PeerOutbox) -> Bool {
        guard libp2p?.peer(on: id.number) == nil else { return true }
        guard !isLeaving, let link = links[id], link.isStranger, link.direction == .inbound, !isRevoked(link.peer)
        else {
            return false
        }
        guard libp2p?.admit(id.number, of: link.peer, at: now.instant) == true else {
            counters.drop(LibP2PKademliaDrop.tooManyNeighbours)
            return false
        }
        _ = links.remove(id)
        outbox.notice(.debug, about: link.peer, "\(link.peer) at \(link.address) is a libp2p neighbour")
        noLinkCame(to: link.peer, at: now, into: &outbox)
        return true
    }

    private mutating func libp2pData(
        _ bytes: Bytes, on key: StreamKey, at now: Moment, into outbox: inout PeerOutbox
    ) {
        // Requests are acted on at once, so the window opens at once.
        outbox.append(.consumed(bytes.readableBytes, of: key))
        // Taken out, so that what it asks this node for while it changes is another value.
        guard var server = libp2p.take() else { return }
        let reaction = server.receive(bytes, on: key.libp2pName, at: now.instant) { key, place in
            libp2pContacts(key, place)
        }
        libp2p = server
        carryOut(reaction, on: key, into: &outbox)
    }

    private mutating func withLibP2P(
        _ key: StreamKey, into outbox: inout PeerOutbox,
        _ body: (inout LibP2PKademlia) -> LibP2PKademlia.Reaction
    ) {
        guard var server = libp2p.take() else { return }
        let reaction = body(&server)
        libp2p = server
        carryOut(reaction, on: key, into: &outbox)
    }

    private mutating func carryOut(
        _ reaction: LibP2PKademlia.Reaction, on key: StreamKey, into outbox: inout PeerOutbox
    ) {
        counters.libp2pRequests &+= reaction.requests
        for drop in reaction.drops { counters.drop(drop) }
        for answer in reaction.answers { outbox.append(.write(answer, to: key)) }
        switch reaction.end {
        case .finish: outbox.append(.finish(key))
        case .reset: outbox.append(.reset(key))
        case nil: break
        }
    }

    // MARK: What is told

    /// The nearest contacts of the routing table, and the peer that the key names when its contact is known at all.
    private func libp2pContacts(_ key: [UInt8], _ place: NodeKey) -> [LibP2PKademliaMessage.Peer] {
        var known = kademlia.closest(to: place, count: settings.libp2p.closerPeers).map(\.contact)
        if let named = try? PeerID(key), let contact = kademlia.contact(of: named)?.contact { known.append(contact) }
        return known.map { contact in
            LibP2PKademliaMessage.Peer(
                id: LibP2PPeerID(contact.peer), addresses: contact.addresses.map(\.withoutPeer),
                connection: links.usableLink(to: contact.peer) == nil ? .notConnected : .connected)
        }
    }

    // MARK: Ends

    /// Lets neighbours go that have asked nothing for long.
    mutating func endIdleLibP2P(at now: Moment, into outbox: inout PeerOutbox) {
        for connection in libp2p?.idle(at: now.instant) ?? [] {
            end(connection, reason: "a libp2p neighbour that asked nothing", into: &outbox)
        }
    }

    /// Lets all of them go.
    mutating func endLibP2P(reason: String, into outbox: inout PeerOutbox) {
        for connection in libp2p?.connections ?? [] { end(connection, reason: reason, into: &outbox) }
    }

    private mutating func end(_ connection: UInt64, reason: String, into outbox: inout PeerOutbox) {
        libp2p?.closed(connection)
        counters.linksClosed &+= 1
        outbox.append(.close(LinkID(number: connection), reason: reason))
    }
}

extension StreamKey {
    fileprivate var libp2pName: LibP2PKademlia.StreamName {
        LibP2PKademlia.StreamName(connection: link.number, stream: stream.number)
    }
}
