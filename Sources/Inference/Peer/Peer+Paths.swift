import Overlay

/// The ways to a host: which are tried, in which order, and what happens when one ends.
extension Peer {
    /// Makes a link to a peer that a request needs: to its contact when that is known, else after a search for it.
    mutating func reach(_ peer: PeerID, at now: Moment, into outbox: inout PeerOutbox) {
        guard let contact = kademlia.contact(of: peer)?.contact else {
            return withKademlia(at: now, into: &outbox) { $0.findContact(of: peer, at: now, into: &$1) }
        }
        dial(contact, at: now, into: &outbox)
    }

    /// Opens the next path that has not been tried: the direct link, then the relays that the host itself named, then
    /// any neighbour. Named relays without a link are dialed when nothing else is left.
    mutating func tryNextPath(_ id: ExchangeID, at now: Moment, into outbox: inout PeerOutbox) {
        guard let calling = callings[id], case .opening = calling.state,
            !openNextPath(for: calling, at: now, into: &outbox)
        else { return }
        reachRelays(of: calling, at: now, into: &outbox)
        // Whoever was sought in vain may have ended the request already, or opened a path.
        guard let calling = callings[id], calling.paths.isEmpty, !openNextPath(for: calling, at: now, into: &outbox),
            !mayStillFindPath(calling, at: now)
        else { return }
        fail(id, calling.failure, at: now, into: &outbox)
    }

    /// True when there was one to open.
    private mutating func openNextPath(for calling: Calling, at now: Moment, into outbox: inout PeerOutbox) -> Bool {
        guard calling.tried.count < settings.circuit.mostPaths, let neighbour = nextNeighbour(for: calling, at: now)
        else { return false }
        openPath(through: neighbour, for: calling.id, at: now, into: &outbox)
        return true
    }

    private func nextNeighbour(for calling: Calling, at now: Moment) -> PeerID? {
        let isUntried = { (peer: PeerID) in !calling.tried.contains(peer) && links.usableLink(to: peer) != nil }
        if isUntried(calling.host) { return calling.host }
        if let named = mesh.catalog[calling.host]?.relays.first(where: isUntried) { return named }
        let isTime = now.instant.since(calling.startedAt) >= settings.circuit.anyNeighbourAfter
        guard isTime || calling.tried.isEmpty || isNothingElseLeft(for: calling) else { return nil }
        return links.mutualPeers.first(where: isUntried)
    }

    /// Links to the relays that the host named, unless the host itself is about to be linked.
    private mutating func reachRelays(of calling: Calling, at now: Moment, into outbox: inout PeerOutbox) {
        let isEarly = now.instant.since(calling.startedAt) < settings.circuit.secondPathAfter
        guard calling.tried.count < settings.circuit.mostPaths, !(isEarly && isBeingReached(calling.host)) else {
            return
        }
        var relays = untriedRelays(of: calling).filter { !calling.sought.contains($0) && !isBeingReached($0) }
        if case .probe = calling.purpose {
            // The whole mesh may be trying this host: one relay of those that it named has to do, whichever answers.
            guard !calling.sought.contains(where: { isBeingReached($0) || calling.tried.contains($0) }) else { return }
            random.shuffle(&relays)
            relays = Array(relays.prefix(1))
        }
        for relay in relays {
            callings[calling.id]?.sought.append(relay)
            reach(relay, at: now, into: &outbox)
        }
    }

    private func untriedRelays(of calling: Calling) -> [PeerID] {
        (mesh.catalog[calling.host]?.relays ?? []).filter { $0 != id && !calling.tried.contains($0) }
    }

    /// Every other way has failed already: there is nothing to wait for before any neighbour is tried.
    private func isNothingElseLeft(for calling: Calling) -> Bool {
        calling.paths.isEmpty && (calling.tried.contains(calling.host) || !isBeingReached(calling.host))
            && untriedRelays(of: calling).allSatisfy { isSought($0, for: calling) && !isBeingReached($0) }
    }

    /// No link to this relay will be wanted any more.
    private func isSought(_ relay: PeerID, for calling: Calling) -> Bool {
        if case .probe = calling.purpose, calling.sought.contains(where: calling.tried.contains) { return true }
        return calling.sought.contains(relay)
    }

    /// A link to the peer is there or on its way, or its contact is being searched.
    private func isBeingReached(_ peer: PeerID) -> Bool {
        dialer.isDialing(peer) || links.hasLink(to: peer) || kademlia.isFindingContact(of: peer)
    }

    /// A way to the host or to one of its relays is being made, or neighbours will be asked soon.
    private func mayStillFindPath(_ calling: Calling, at now: Moment) -> Bool {
        if isBeingReached(calling.host), !calling.tried.contains(calling.host) { return true }
        if calling.tried.count < settings.circuit.mostPaths, untriedRelays(of: calling).contains(where: isBeingReached)
        {
            return true
        }
        let isAny = links.mutual.contains { !calling.tried.contains($0.peer) }
        return isAny && calling.tried.count < settings.circuit.mostPaths
    }

    private mutating func openPath(
        through neighbour: PeerID, for id: ExchangeID, at now: Moment, into outbox: inout PeerOutbox
    ) {
        guard let calling = callings[id], let link = links.usableLink(to: neighbour) else { return }
        callings[id]?.tried.append(neighbour)
        let opened = CircuitSession.call(
            calling.host, identity: identity, meshID: meshID, token: token, random: random.fork())
        guard let (session, hello) = opened else {
            return fail(id, .unreachable("\(calling.host) is not the id of a usable key"), at: now, into: &outbox)
        }
        let isDirect = neighbour == calling.host
        let key = newStream(on: link, at: now, into: &outbox)
        circuits[key] = .calling(id)
        var opening = CircuitOpen(hopsLeft: isDirect ? 0 : 1, target: calling.host).encode()
        opening.writeImmutableBuffer(hello)
        outbox.append(.write(opening, to: key))
        let path = Calling.Path(key: key, relay: isDirect ? nil : neighbour, session: session)
        guard case .opening(let paths, let nextPathAt) = calling.state else { return }
        callings[id]?.state = .opening(paths: paths + [path], nextPathAt: nextPathAt)
    }

    /// A link came up: requests that wait for this host, or for one that it relays for, use it at once.
    mutating func linkCameUp(to peer: PeerID, at now: Moment, into outbox: inout PeerOutbox) {
        for (id, calling) in callings where isWay(peer, to: calling.host) {
            guard case .opening = calling.state, !calling.tried.contains(peer) else { continue }
            guard calling.host == peer || calling.tried.count < settings.circuit.mostPaths else { continue }
            openPath(through: peer, for: id, at: now, into: &outbox)
        }
    }

    private func isWay(_ peer: PeerID, to host: PeerID) -> Bool {
        host == peer || mesh.catalog[host]?.relays.contains(peer) == true
    }

    mutating func dialEnded(
        to peer: PeerID, complaint: String, at now: Moment, into outbox: inout PeerOutbox
    ) {
        for (id, calling) in callings where isWay(peer, to: calling.host) {
            let name = calling.host == peer ? "it" : "the relay \(peer)"
            callings[id]?.complaints.append("dialing \(name) failed (\(complaint))")
            tryNextPath(id, at: now, into: &outbox)
        }
    }

    /// No contact of a peer was found, so it is not dialed. A path that is being tried keeps its time.
    mutating func contactMissing(_ peer: PeerID, at now: Moment, into outbox: inout PeerOutbox) {
        for (id, calling) in callings where isWay(peer, to: calling.host) {
            let name = calling.host == peer ? "its address" : "the address of the relay \(peer)"
            let nobody = kademlia.knowsNobody ? "this node has no peer to ask for" : "nobody knows"
            callings[id]?.complaints.append("\(nobody) \(name)")
            if calling.paths.isEmpty { tryNextPath(id, at: now, into: &outbox) }
        }
    }

    /// The other side of a new link has not yet heard which revocations this node has, which takes a round trip: the path is
    /// tried again soon, so that no agent sees it.
    /// - Returns: false when it was tried often enough.
    mutating func tryAgainSoon(_ key: StreamKey, of id: ExchangeID, at now: Moment) -> Bool {
        guard let calling = callings[id], calling.repeats < settings.circuit.mostRepeats,
            case .opening(let paths, let nextPathAt) = calling.state,
            let refused = paths.first(where: { $0.key == key })
        else { return false }
        forget(key)
        let next = min(nextPathAt, now.instant + settings.circuit.repeatAfter)
        callings[id]?.repeats += 1
        callings[id]?.tried.removeAll { $0 == refused.relay ?? calling.host }
        callings[id]?.state = .opening(paths: paths.filter { $0.key != key }, nextPathAt: next)
        return true
    }

    mutating func pathEnded(
        _ key: StreamKey, of id: ExchangeID, why: String, at now: Moment, into outbox: inout PeerOutbox
    ) {
        forget(key)
        guard let calling = callings[id] else { return }
        switch calling.state {
        case .opening(let paths, let nextPathAt):
            guard let ended = paths.first(where: { $0.key == key }) else { return }
            let name = ended.relay.map { "relay \($0)" } ?? "the direct link"
            callings[id]?.complaints.append("\(name): \(why)")
            callings[id]?.state = .opening(paths: paths.filter { $0.key != key }, nextPathAt: nextPathAt)
            tryNextPath(id, at: now, into: &outbox)
        case .open(let path, _) where path.key == key:
            fail(id, .disconnected(why), at: now, into: &outbox)
        case .open:
            break
        }
    }
}
