import Overlay

/// Circuit streams: which of them this node relays, and where the bytes of each belong.
extension Peer {
    mutating func streamOpened(_ key: StreamKey, at now: Moment, into outbox: inout PeerOutbox) {
        guard let link = links[key.link], link.isMutual, !isLeaving else {
            counters.drop(.notAdmitted)
            return outbox.append(.reset(key))
        }
        circuits[key] = .opening(Bytes())
        links[key.link]?.streams += 1
        links[key.link]?.lastUsed = now.instant
    }

    mutating func streamData(
        _ key: StreamKey, _ bytes: Bytes, at now: Moment, into outbox: inout PeerOutbox
    ) {
        switch circuits[key] {
        case .opening(var preface):
            preface.writeImmutableBuffer(bytes)
            circuits[key] = .opening(preface)
            readOpening(key, preface, at: now, into: &outbox)
        case .relay(let number):
            forward(bytes, from: key, through: number, at: now, into: &outbox)
        case .calling(let id):
            receive(bytes, on: key, for: id, at: now, into: &outbox)
        case .serving(let id):
            receive(bytes, for: id, at: now, into: &outbox)
        case nil:
            counters.drop(.unknownStream)
        }
    }

    private mutating func readOpening(
        _ key: StreamKey, _ preface: Bytes, at now: Moment, into outbox: inout PeerOutbox
    ) {
        var rest = preface
        switch CircuitOpen.parse(&rest) {
        case .needsMore:
            return
        case .malformed:
            counters.drop(.malformedCircuit)
            forget(key)
            outbox.append(.reset(key))
        case .open(let open):
            outbox.append(.consumed(CircuitOpen.length, of: key))
            if open.target == id {
                beginServing(key, first: rest, at: now, into: &outbox)
            } else {
                beginRelaying(open, from: key, first: rest, at: now, into: &outbox)
            }
        }
    }

    // MARK: Relaying

    private mutating func beginRelaying(
        _ open: CircuitOpen, from near: StreamKey, first: Bytes, at now: Moment, into outbox: inout PeerOutbox
    ) {
        let status = relayStatus(open, from: near.link, at: now)
        guard status.code == .open, let next = links.usableLink(to: open.target) else {
            if status.code == .learning { counters.circuitsLearning &+= 1 }
            counters.drop(.relayRefused)
            return end(near, with: status, into: &outbox)
        }
        let far = newStream(on: next, at: now, into: &outbox)
        let number = relays.insert(near: near, far: far, at: now.instant)
        circuits[near] = .relay(number)
        circuits[far] = .relay(number)
        links[near.link]?.relayed += 1
        counters.circuitsRelayed &+= 1
        outbox.append(.write(CircuitOpen(hopsLeft: open.hopsLeft - 1, target: open.target).encode(), to: far))
        forward(first, from: near, through: number, at: now, into: &outbox)
    }

    /// Whether this node relays the circuit. All of it is decided before anything is allocated: the neighbour's token
    /// was checked when its link was admitted and is checked again for its expiry here.
    private func relayStatus(_ open: CircuitOpen, from id: LinkID, at now: Moment) -> CircuitStatus {
        guard let link = links[id], let caller = link.admitted, caller.expiry >= now.own, !isRevoked(caller) else {
            return CircuitStatus(code: .notAllowed)
        }
        guard mesh.hasRevocations(of: link.peer) else { return learningStatus }
        guard open.hopsLeft > 0 else { return CircuitStatus(code: .hopLimit) }
        guard let next = links.usableLink(to: open.target), next != id else {
            return CircuitStatus(code: .noRoute)
        }
        let limits = settings.circuit
        guard relays.count < limits.mostRelayed, link.relayed < limits.mostRelayedPerLink else {
            return CircuitStatus(code: .busy, retryAfter: limits.retryAfter)
        }
        return CircuitStatus(code: .open)
    }

    /// What a neighbour is told whose revocations have still to come.
    var learningStatus: CircuitStatus { CircuitStatus(code: .learning, retryAfter: settings.circuit.retryAfter) }

    /// Bytes that came on one stream of a relayed circuit go out on the other; their sender gets new credit when they
    /// have left (see ``streamSent(_:_:at:into:)``).
    private mutating func forward(
        _ bytes: Bytes, from key: StreamKey, through number: UInt64, at now: Moment, into outbox: inout PeerOutbox
    ) {
        guard let relay = relays[number], bytes.readableBytes > 0 else { return }
        relays[number]?.bytes &+= UInt64(bytes.readableBytes)
        relays[number]?.lastUsed = now.instant
        counters.bytesRelayed &+= UInt64(bytes.readableBytes)
        outbox.append(.write(bytes, to: relay.other(than: key)))
    }

    private mutating func relayFinished(_ number: UInt64, by key: StreamKey, into outbox: inout PeerOutbox) {
        guard let relay = relays[number] else { return }
        if key == relay.near { relays[number]?.nearFinished = true } else { relays[number]?.farFinished = true }
        outbox.append(.finish(relay.other(than: key)))
        guard let updated = relays[number], updated.nearFinished, updated.farFinished else { return }
        removeRelay(number)
    }

    mutating func removeRelay(_ number: UInt64) {
        guard let relay = relays.remove(number) else { return }
        links[relay.near.link]?.relayed -= 1
        forget(relay.near)
        forget(relay.far)
    }

    // MARK: Ends of streams

    mutating func streamFinished(_ key: StreamKey, at now: Moment, into outbox: inout PeerOutbox) {
        switch circuits[key] {
        case .opening:
            forget(key)
            outbox.append(.reset(key))
        case .relay(let number):
            relayFinished(number, by: key, into: &outbox)
        case .calling(let id):
            pathEnded(key, of: id, why: "the path closed", at: now, into: &outbox)
        case .serving(let id):
            callerFinished(id, at: now, into: &outbox)
        case nil:
            break
        }
    }

    mutating func streamReset(_ key: StreamKey, at now: Moment, into outbox: inout PeerOutbox) {
        switch circuits[key] {
        case .opening:
            forget(key)
        case .relay(let number):
            if let relay = relays[number] { outbox.append(.reset(relay.other(than: key))) }
            removeRelay(number)
        case .calling(let id):
            pathEnded(key, of: id, why: "the path was reset", at: now, into: &outbox)
        case .serving(let id):
            callerGone(id, into: &outbox)
        case nil:
            break
        }
    }

    mutating func streamSent(
        _ key: StreamKey, _ count: Int, at now: Moment, into outbox: inout PeerOutbox
    ) {
        let settings = settings
        switch circuits[key] {
        case .relay(let number):
            guard let relay = relays[number] else { return }
            relayed(count, on: key, of: relay, into: &outbox)
        case .calling(let id):
            guard callings[id]?.pressure.sent(count, lowWater: settings.circuit.lowWater) == true else { return }
            outbox.append(.requestWritable(id))
        case .serving(let id):
            servingSent(count, for: id, into: &outbox)
        case .opening, nil:
            break
        }
    }

    /// The opening that this node itself wrote towards the host earns no credit on the near side.
    private mutating func relayed(
        _ count: Int, on key: StreamKey, of relay: RelayTable.Relay, into outbox: inout PeerOutbox
    ) {
        guard key == relay.far, let own = relays[relay.number]?.openingUnsent, own > 0 else {
            return outbox.append(.consumed(count, of: relay.other(than: key)))
        }
        let fromOpening = min(own, count)
        relays[relay.number]?.openingUnsent = own - fromOpening
        if count > fromOpening { outbox.append(.consumed(count - fromOpening, of: relay.near)) }
    }

    // MARK: Helpers

    mutating func newStream(on link: LinkID, at now: Moment, into outbox: inout PeerOutbox) -> StreamKey {
        let number = links[link]?.nextStream ?? 1
        links[link]?.nextStream = number + 2
        links[link]?.streams += 1
        links[link]?.lastUsed = now.instant
        let key = StreamKey(link: link, stream: StreamRef(number: number))
        outbox.append(.openStream(key))
        return key
    }

    mutating func forget(_ key: StreamKey) {
        guard circuits[key] != nil else { return }
        circuits[key] = nil
        links[key.link]?.streams -= 1
    }

    private mutating func end(_ key: StreamKey, with status: CircuitStatus, into outbox: inout PeerOutbox) {
        forget(key)
        outbox.append(.write(status.encode(), to: key))
        outbox.append(.finish(key))
    }

    /// A caller that has not asked anything yet is given less time than a model that thinks.
    private func idleLimit(of serving: Serving) -> TimeSpan {
        switch serving.state {
        case .handshake, .awaitingRequest: settings.circuit.openLimit
        case .running, .ended: settings.circuit.idleLimit
        }
    }

    /// Circuits on which nothing has moved for the idle limit are cut.
    mutating func endIdleCircuits(at now: Moment, into outbox: inout PeerOutbox) {
        let limit = settings.circuit.idleLimit
        for relay in relays.all where now.instant.since(relay.lastUsed) > limit {
            outbox.append(.reset(relay.near))
            outbox.append(.reset(relay.far))
            removeRelay(relay.number)
        }
        for (id, calling) in callings where now.instant.since(calling.lastUsed) > limit {
            fail(id, .timedOut("nothing came for \(limit.seconds) seconds"), at: now, into: &outbox)
        }
        for (id, serving) in servings where now.instant.since(serving.lastUsed) > idleLimit(of: serving) {
            outbox.append(.reset(serving.key))
            callerGone(id, into: &outbox)
        }
    }
}
