/// What is answered to each kind of request.
extension LibP2PKademlia {
    /// Nil where nothing is to be said: an announcement has no answer, and after a reset there is none.
    mutating func answer(
        to request: LibP2PKademliaMessage, on connection: UInt64, at now: Instant, contacts: Contacts,
        into reaction: inout Reaction
    ) -> LibP2PKademliaMessage? {
        guard let asker = neighbours[connection] else { return nil }
        switch request.kind {
        case .ping:
            return LibP2PKademliaMessage(.ping, key: request.key)
        case .putValue:
            // "If the record is not valid, the stream is reset": without a validator no record is.
            reaction.reset(.valueRefused)
            return nil
        case .addProvider:
            announce(request, by: asker, at: now, into: &reaction)
            return nil
        case .findNode, .getValue, .getProviders:
            return lookedUp(request, for: asker, at: now, contacts: contacts, into: &reaction)
        }
    }

    private mutating func lookedUp(
        _ request: LibP2PKademliaMessage, for asker: Neighbour, at now: Instant, contacts: Contacts,
        into reaction: inout Reaction
    ) -> LibP2PKademliaMessage? {
        guard !request.key.isEmpty else {
            reaction.reset(.badKey)
            return nil
        }
        var answer = LibP2PKademliaMessage(request.kind, key: request.key)
        answer.closerPeers = closest(to: request.key, for: asker, contacts: contacts)
        if request.kind == .getProviders {
            answer.providerPeers = store.providers(of: request.key, at: now).map { provider in
                LibP2PKademliaMessage.Peer(
                    id: LibP2PPeerID(provider.peer), addresses: provider.addresses, connection: state(of: provider.peer)
                )
            }
        }
        return answer
    }

    // MARK: Nearer peers

    /// The nearest peers that can be dialed, nearest first. The peer that the key names is one of them if it is known at
    /// all, and so comes first, whether or not it answers such questions itself. The asker knows itself.
    private func closest(
        to key: [UInt8], for asker: Neighbour, contacts: Contacts
    ) -> [LibP2PKademliaMessage.Peer] {
        let place = NodeKey(hashing: key)
        let askerID = LibP2PPeerID(asker.peer)
        var ranked: [(distance: NodeKey.Distance, peer: LibP2PKademliaMessage.Peer)] = []
        for peer in served(key) + contacts(key, place) {
            guard peer.id != askerID, !peer.addresses.isEmpty, !ranked.contains(where: { $0.peer.id == peer.id })
            else { continue }
            ranked.append((NodeKey(hashing: peer.id.encoded).distance(to: place), peer))
        }
        ranked.sort { $0.distance < $1.distance }
        return ranked.prefix(settings.closerPeers).map(\.peer)
    }

    /// The neighbours that others may be sent to, and the one that the key names.
    private func served(_ key: [UInt8]) -> [LibP2PKademliaMessage.Peer] {
        neighbours.values.filter { $0.isServer || $0.peer.encoded == key }.map { neighbour in
            LibP2PKademliaMessage.Peer(
                id: LibP2PPeerID(neighbour.peer), addresses: neighbour.addresses, connection: .connected)
        }
    }

    private func state(of peer: PeerID) -> LibP2PKademliaMessage.ConnectionState {
        isNeighbour(peer) ? .connected : .notConnected
    }

    // MARK: Announcements

    /// Only what the asker says of itself is kept: the handshake proved who it is, and nobody speaks for others.
    private mutating func announce(
        _ request: LibP2PKademliaMessage, by asker: Neighbour, at now: Instant, into reaction: inout Reaction
    ) {
        let own = LibP2PPeerID(asker.peer)
        guard let named = request.providerPeers.first(where: { $0.id == own }) else {
            return reaction.drops.append(.badProvider)
        }
        let addresses = named.addresses.isEmpty ? asker.addresses : named.addresses
        guard !addresses.isEmpty else { return reaction.drops.append(.badProvider) }
        switch store.add(asker.peer, addresses: addresses, for: request.key, at: now) {
        case .added, .renewed: return
        case .badKey: reaction.reset(.badKey)
        case .shareUsed: reaction.drops.append(.providerShareUsed)
        }
    }
}
