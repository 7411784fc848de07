/// Searching advertisements.
extension Kademlia {
    /// Searches the advertisements of a topic. What comes is told by ``KademliaAction/advertisementsFound(_:from:_:)``, the end
    /// by ``KademliaAction/searchFinished(_:_:)``.
    /// - Precondition: no search with this id is under way.
    public mutating func search(
        _ topic: NodeKey, id: SearchID, at now: Moment, into actions: inout [KademliaAction]
    ) {
        precondition(searches[id] == nil, "search \(id.value) is under way")
        guard searches.count < settings.advertisement.searches, lookups.count < settings.lookups else {
            actions.append(.searchFinished(id, SearchResult(end: .busy, queries: 0, answers: 0)))
            return
        }
        searches[id] = AdvertisementSearch(topic: topic, settings: settings.advertisement)
        addRegistrars(to: id, near: topic, at: now)
        start(.search(id), target: topic, at: now, into: &actions)
        advance(id, at: now, into: &actions)
    }

    /// Lets a search ask whom the node knows.
    mutating func addRegistrars(to id: SearchID, near topic: NodeKey, at now: Moment) {
        var known = seeds(for: topic, at: now)
        known += table.entries.filter(\.isLive).map { peers[$0.peer] }
        known.removeAll { !$0.contact.roles.contains(.server) }
        random.shuffle(&known)
        searches[id]?.add(known)
    }

    /// Ends a search of which enough is known; nothing more is told of it.
    public mutating func endSearch(_ id: SearchID, as end: SearchResult.End) -> SearchResult {
        lookups.removeValue(forKey: .search(id))
        return searches.removeValue(forKey: id)?.result(end) ?? SearchResult(end: end, queries: 0, answers: 0)
    }

    /// Carries a search as far as it goes now.
    mutating func advance(_ id: SearchID, at now: Moment, into actions: inout [KademliaAction]) {
        while let step = searches[id]?.next(), let topic = searches[id]?.topic {
            switch step {
            case .ask(let record):
                let question = Question(
                    purpose: .search(id), target: topic, subject: .advertisements,
                    count: settings.advertisement.perAnswer)
                if ask(question, of: record, at: now, into: &actions) == .refused { searches[id]?.failed(record.peer) }
            case .wait:
                return
            case .finished(let result):
                _ = endSearch(id, as: result.end)
                actions.append(.searchFinished(id, result))
                return
            }
        }
    }

    /// Takes an answer about advertisements.
    mutating func receiveAnswer(
        _ message: KademliaMessage, from peer: PeerID, at now: Moment, into actions: inout [KademliaAction]
    ) {
        switch message {
        case .registration(let request, let registration):
            guard let pending = answeredQuestion(request, .registration, from: peer, into: &actions) else { return }
            noteAnswer(to: pending, at: now, into: &actions)
            guard pending.question.purpose == .placement else { return }
            placementAnswered(pending.question, registration, by: peer, at: now, into: &actions)
        case .advertisements(let request, let found, let hasMore):
            guard let pending = answeredQuestion(request, .advertisements, from: peer, into: &actions) else { return }
            noteAnswer(to: pending, at: now, into: &actions)
            guard case .search(let id) = pending.question.purpose, searches[id] != nil else { return }
            if hasMore { askForRest(pending, after: found.count, at: now, into: &actions) }
            searches[id]?.answered(peer)
            if let record = contact(of: peer) {
                let wanted = Array(found.prefix(pending.question.count))
                actions.append(.advertisementsFound(id, from: record, wanted))
            }
            advance(id, at: now, into: &actions)
        case .findNode, .nodes, .contact, .askTicket, .register, .findAdvertisements, .askDialBack, .dialBack:
            break
        }
    }
}
