/// Searching.
extension Kademlia {
    /// Searches the peers nearest to `target`; ends with ``KademliaAction/lookupFinished(_:_:)``.
    /// - Precondition: no lookup with this id is under way.
    public mutating func lookup(
        _ target: NodeKey, id: LookupID, at now: Moment, into actions: inout [KademliaAction]
    ) {
        precondition(lookups[.caller(id)] == nil, "lookup \(id.value) is under way")
        guard lookups.count < settings.lookups else {
            actions.append(.lookupFinished(id, LookupResult(target: target, end: .busy)))
            return
        }
        start(.caller(id), target: target, at: now, into: &actions)
    }

    /// Forgets a lookup whose result nobody waits for any more.
    public mutating func cancelLookup(_ id: LookupID) {
        lookups.removeValue(forKey: .caller(id))
    }

    /// Searches the contact of one peer, and ends as soon as somebody names it: with ``KademliaAction/contactFound(_:)`` or
    /// ``KademliaAction/contactMissing(_:)``, unless it is being searched already.
    public mutating func findContact(of peer: PeerID, at now: Moment, into actions: inout [KademliaAction]) {
        guard !isFindingContact(of: peer) else { return }
        guard lookups.count < settings.lookups else { return actions.append(.contactMissing(peer)) }
        start(.contact(peer), target: NodeKey(peer), at: now, into: &actions)
    }

    /// Whether ``findContact(of:at:into:)`` has not ended yet.
    public func isFindingContact(of peer: PeerID) -> Bool { lookups[.contact(peer)] != nil }

    mutating func startUpkeepLookup(_ target: NodeKey, at now: Moment, into actions: inout [KademliaAction]) {
        guard lookups.count < settings.lookups else { return }
        upkeep.lookups &+= 1
        start(.upkeep(upkeep.lookups), target: target, at: now, into: &actions)
    }

    mutating func start(
        _ handle: LookupHandle, target: NodeKey, at now: Moment, into actions: inout [KademliaAction]
    ) {
        if let bucket = table.bucket(of: target) { postponeRefresh(ofBucket: bucket, at: now.instant) }
        lookups[handle] = ActiveLookup(
            search: newLookup(target, at: now), startedAt: now.instant, deadline: now.instant)
        advance(handle, at: now, into: &actions)
    }

    func newLookup(_ target: NodeKey, at now: Moment) -> Lookup {
        let isCareful = !upkeep.hasJoined || suspectsUntil > now.instant
        return Lookup(
            target: target, own: own.key, seeds: known(near: target),
            paths: isCareful ? settings.lookup.pathsUnderSuspicion : settings.lookup.paths,
            networkSize: upkeep.hasJoined ? estimatedNetworkSize : nil, settings: settings.lookup,
            isDoubtful: { isDoubtful($0, at: now.instant) })
    }

    /// Where a search begins: the table's nearest, everybody with a link, and candidates, of those that did not fail lately.
    func seeds(for target: NodeKey, at now: Moment) -> [ContactRecord] {
        known(near: target).filter { !isDoubtful($0, at: now.instant) }
    }

    /// Whether a peer did not answer lately.
    func isDoubtful(_ record: ContactRecord, at now: Instant) -> Bool {
        links[record.peer] == nil && failures.contains(record.peer, at: now)
    }

    private func known(near target: NodeKey) -> [ContactRecord] {
        var seeds = table.closest(to: target, count: settings.lookup.wanted, peers: peers)
        seeds += links.values.compactMap(\.contact)
        seeds += candidates.peers
        return seeds.map { peers[$0] }
    }

    /// Carries a lookup as far as it goes now.
    mutating func advance(_ handle: LookupHandle, at now: Moment, into actions: inout [KademliaAction]) {
        while true {
            let timing = timing
            let step = lookups[handle]?.search.next(at: now.instant) {
                timing.patience(with: $0, at: now.instant)
            }
            guard let step else { return }
            switch step {
            case .query(let record, let key):
                let question = Question(purpose: .lookup(handle), target: key, count: settings.lookup.wanted)
                if ask(question, of: record, at: now, into: &actions) == .refused {
                    lookups[handle]?.search.failed(record.key)
                }
            case .retry(let record):
                guard let target = lookups[handle]?.search.target else { return }
                var question = Question(purpose: .lookup(handle), target: target, count: settings.lookup.wanted)
                question.isRetry = true
                if ask(question, of: record, at: now, into: &actions) == .refused {
                    lookups[handle]?.search.failed(record.key)
                }
            case .wait(let deadline):
                lookups[handle]?.deadline = deadline
                return
            case .finished(var result):
                if isInVain(result) {
                    guard !awaitsPeer(handle, at: now) else { return }
                    result.end = .noPeer
                }
                let ended = lookups.removeValue(forKey: handle)
                result.foundAfter = ended.flatMap { ended in ended.foundAt?.since(ended.startedAt) }
                finish(handle, result, at: now, into: &actions)
                return
            }
        }
    }

    private mutating func finish(
        _ handle: LookupHandle, _ result: LookupResult, at now: Moment, into actions: inout [KademliaAction]
    ) {
        note(result, at: now)
        switch handle {
        case .caller(let id):
            actions.append(.lookupFinished(id, result))
        case .upkeep:
            if result.target == own.key, !result.closest.isEmpty { hasJoined(at: now) }
        case .contact(let peer):
            guard let record = result.closest.first(where: { $0.peer == peer }) else {
                return actions.append(.contactMissing(peer))
            }
            actions.append(.contactFound(record.contact))
        case .registrars(let topic):
            registrarsFound(result.closest + result.further, for: topic, at: now, into: &actions)
        case .search(let id) where result.end == .noPeer:
            actions.append(.searchFinished(id, endSearch(id, as: .noPeer)))
        case .search(let id):
            searches[id]?.lookupEnded(result.closest + result.further)
            advance(id, at: now, into: &actions)
        }
    }

    private mutating func note(_ result: LookupResult, at now: Moment) {
        if result.isCrowded {
            crowdedLookups &+= 1
            suspectsUntil = now.instant + settings.suspicion
        }
        guard result.end == .complete, result.closest.count >= settings.lookup.wanted else { return }
        size.note(result)
    }
}
