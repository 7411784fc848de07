/// Placing the node's own advertisement with registrars.
extension Kademlia {
    /// Advertises a statement of this node under topics, in the place of what it advertised before.
    /// - Parameters:
    ///   - advertisement: the node's signed catalog entry, exact bytes.
    ///   - topics: keys of what it offers; only the first ``AdvertisementSettings/topics`` are used.
    public mutating func advertise(
        _ advertisement: [UInt8], topics: [NodeKey], at now: Moment, into actions: inout [KademliaAction]
    ) {
        if advertiser == nil {
            advertiser = Advertiser(settings: settings.advertisement, advertisement: advertisement)
        }
        let topics = Array(topics.prefix(settings.advertisement.topics))
        advertiser?.set(
            advertisement, topics: topics, at: now.instant)
        reviewRegistrars(at: now, into: &actions)
    }

    /// Advertises nothing any more, and tells the registrars so.
    /// - Parameter tombstone: the node's signed word that it offers nothing.
    public mutating func withdrawAdvertisement(
        _ tombstone: [UInt8], at now: Moment, into actions: inout [KademliaAction]
    ) {
        guard let advertiser else { return }
        self.advertiser = nil
        for (topic, registrar) in advertiser.registrars {
            tell(registrar, of: topic, .withdrawal(tombstone: tombstone), at: now, into: &actions)
        }
    }

    /// Advertises nothing any more; what registrars keep ends by itself.
    public mutating func stopAdvertising() { advertiser = nil }

    /// Registrars that keep the node's advertisement now, counted once for each topic.
    public var registeredAdvertisements: Int { advertiser?.registered ?? 0 }

    mutating func advertiseWhatIsDue(at now: Moment, into actions: inout [KademliaAction]) {
        guard let advertiser, advertiser.nextDeadline <= now.instant else { return }
        reviewRegistrars(at: now, into: &actions)
    }

    private mutating func reviewRegistrars(at now: Moment, into actions: inout [KademliaAction]) {
        guard upkeep.hasJoined else { return }
        for topic in advertiser?.reviewed(at: now.instant) ?? [] {
            let known = registrarsInTable()
            advertiser?.offer(known, for: topic, at: now.instant)
            let next = random.jittered(settings.advertisement.reviewInterval, percent: 25)
            advertiser?.postponeReview(of: topic, until: now.instant + next)
        }
        let searched = advertiser?.searched(at: now.instant) ?? []
        for topic in searched {
            let next = random.jittered(settings.advertisement.searchInterval, percent: 25)
            advertiser?.searchEnded(topic, nextAt: now.instant + next)
        }
        if !searched.isEmpty, estimatedNetworkSize > settings.advertisement.smallMesh {
            for topic in searched { searchRegistrars(of: topic, at: now, into: &actions) }
        }
        askRegistrars(at: now, into: &actions)
    }

    /// The table's peers in an order of chance: registrars far from a topic are to be others for every host.
    private mutating func registrarsInTable() -> [ContactRecord] {
        var known = table.entries.filter(\.isLive).map { peers[$0.peer] }
        random.shuffle(&known)
        return known
    }

    private mutating func searchRegistrars(of topic: NodeKey, at now: Moment, into actions: inout [KademliaAction]) {
        guard lookups.count < settings.lookups, lookups[.registrars(topic)] == nil else { return }
        advertiser?.searchBegan(topic)
        start(.registrars(topic), target: topic, at: now, into: &actions)
    }

    mutating func registrarsFound(
        _ closest: [ContactRecord], for topic: NodeKey, at now: Moment, into actions: inout [KademliaAction]
    ) {
        let next = random.jittered(settings.advertisement.searchInterval, percent: 25)
        advertiser?.searchEnded(topic, nextAt: now.instant + next)
        advertiser?.offer(closest, for: topic, at: now.instant)
        askRegistrars(at: now, into: &actions)
    }

    private mutating func askRegistrars(at now: Moment, into actions: inout [KademliaAction]) {
        while let (topic, registrar) = nextOutdated(at: now.instant), let advertiser {
            let replacement = Question.Subject.place(.none, advertisement: advertiser.advertisement)
            tell(registrar, of: topic, replacement, at: now, into: &actions)
        }
        while let (topic, registrar, ticket) = advertiser?.next(at: now.instant), let advertiser {
            let subject: Question.Subject =
                ticket == .none ? .ticket : .place(ticket, advertisement: advertiser.advertisement)
            let question = Question(purpose: .placement, target: topic, subject: subject, count: 0)
            if ask(question, of: registrar, at: now, into: &actions) == .refused {
                self.advertiser?.failed(registrar.peer, about: topic)
            }
        }
        advertiser?.settle()
    }

    private mutating func nextOutdated(at now: Instant) -> (topic: NodeKey, registrar: ContactRecord)? {
        let (links, paths, trust) = (links, paths, settings.sessionTrust)
        return advertiser?.nextOutdated(at: now) { peer in
            links[peer] != nil || paths[peer]?.answeredAt.map { now.since($0) < trust } == true
        }
    }

    /// Replaces what a registrar keeps of this node; whether that has come is seen when the place is renewed.
    private mutating func tell(
        _ registrar: ContactRecord, of topic: NodeKey, _ statement: Question.Subject, at now: Moment,
        into actions: inout [KademliaAction]
    ) {
        let question = Question(purpose: .check, target: topic, subject: statement, count: 0)
        _ = ask(question, of: registrar, at: now, into: &actions)
    }

    mutating func placementAnswered(
        _ question: Question, _ registration: Registration, by registrar: PeerID, at now: Moment,
        into actions: inout [KademliaAction]
    ) {
        advertiser?.answered(registration, by: registrar, about: question.target, at: now.instant)
        askRegistrars(at: now, into: &actions)
    }

    mutating func placementFailed(
        _ question: Question, registrar: PeerID, at now: Moment, into actions: inout [KademliaAction]
    ) {
        advertiser?.failed(registrar, about: question.target)
        askRegistrars(at: now, into: &actions)
    }
}
