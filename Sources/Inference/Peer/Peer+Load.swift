import Gossip
import Overlay

/// How busy services are: a host tells those who asked, a caller prefers who has room.
extension Peer {
    // MARK: The host's side

    /// Requests of others and of local agents that the backend works on.
    func running(_ service: ServiceName) -> Int {
        servings.values.count { $0.isRunning && $0.service == service } + locals.running(service)
    }

    /// Whether as many requests run as the configuration lets the backend have.
    func isFull(_ service: ServiceName) -> Bool {
        guard let slots = slots[service] else { return false }
        return running(service) >= slots
    }

    /// How busy a service of this node is.
    func ownLoad(of service: ServiceName) -> KnownLoad {
        KnownLoad(running: running(service), slots: slots[service])
    }

    /// A caller asked a service that it may use: it hears how busy that is for a while.
    mutating func subscribe(_ admitted: Admitted, to service: ServiceName, at now: Moment) {
        let settings = settings
        subscribers.asked(
            ServicePlace(peer: admitted.peer, service: service), admitted, at: now.instant, settings: settings.load)
    }

    /// A request began or ended.
    mutating func loadChanged(of service: ServiceName?) {
        guard let service, subscribers.count > 0 else { return }
        let settings = settings
        subscribers.changed(service, settings: settings.load)
    }

    mutating func tellLoads(at now: Moment, into outbox: inout PeerOutbox) {
        for (place, subscriber) in subscribers.due(at: now.instant) {
            look(at: place, subscriber, at: now, into: &outbox)
        }
        subscribers.noteDeadline()
    }

    private mutating func look(
        at place: ServicePlace, _ subscriber: LoadSubscribers.Subscriber, at now: Moment, into outbox: inout PeerOutbox
    ) {
        let limits = settings.load
        let own = servings.values.count { $0.isRunning && $0.service == place.service && $0.caller == place.peer }
        let isOver = own == 0 && now.instant.since(subscriber.askedAt) > limits.subscription
        guard !isOver, !isLeaving, mayHear(place, subscriber.admitted, at: now) else {
            return subscribers.remove(place)
        }
        let load = ServiceLoad(
            service: place.service, running: UInt16(clamping: running(place.service) - own),
            slots: slots[place.service].map { UInt16(clamping: $0) })
        let repeatedAt = subscriber.toldAt + limits.repetition
        if load == subscriber.told, now.instant < repeatedAt { return subscribers.lookAgain(at: place, repeatedAt) }
        if tell(load, to: place.peer, into: &outbox) {
            counters.loadsTold &+= 1
            subscribers.told(load, to: place, at: now.instant)
        }
        subscribers.lookAgain(at: place, now.instant + limits.repetition)
    }

    /// Whether a request of the subscriber would still be allowed.
    private func mayHear(_ place: ServicePlace, _ admitted: Admitted, at now: Moment) -> Bool {
        guard offers.contains(where: { $0.name == place.service }), admission.review(admitted, at: now.own) == nil
        else { return false }
        switch authorizer.authorize(admitted, service: place.service, peer: place.peer, at: now.own) {
        case .allowed: return true
        case .refused: return false
        }
    }

    /// Over the link to the caller, or in a circuit of it that is open. A caller that has neither is not told.
    private mutating func tell(_ load: ServiceLoad, to caller: PeerID, into outbox: inout PeerOutbox) -> Bool {
        if let link = links.usableLink(to: caller) {
            outbox.append(.send(.load(load), on: link))
            return true
        }
        let way = servings.values.last { $0.isRunning && $0.caller == caller && !$0.pressure.isPaused }
        guard let way else { return false }
        send(.load(load), for: way.id, into: &outbox)
        return true
    }

    // MARK: The caller's side

    /// A request goes to a service of a host.
    mutating func asks(_ service: ServiceName, of host: PeerID) {
        let settings = settings
        heardLoads.asked(ServicePlace(peer: host, service: service), settings: settings.load)
    }

    /// A host says how busy a service is.
    mutating func heard(_ load: ServiceLoad, from host: PeerID, at now: Moment) {
        guard heardLoads.heard(load, from: host, at: now.instant) else { return counters.drop(.unaskedLoad) }
        counters.loadsHeard &+= 1
    }

    /// A request could not be carried out for want of room.
    mutating func noteBusy(_ calling: Calling, retryAfter: TimeSpan, at now: Moment) {
        guard let service = calling.service else { return }
        let settings = settings
        heardLoads.busy(
            ServicePlace(peer: calling.host, service: service), retryAfter: retryAfter, at: now.instant,
            settings: settings.load)
    }

    /// How busy a service is; nil when this node does not know.
    public func load(of service: ServiceName, at host: PeerID, now: Instant) -> KnownLoad? {
        guard host != id else { return ownLoad(of: service) }
        guard !heardLoads.isEmpty else { return nil }
        let own = callings.values.count { $0.host == host && $0.service == service }
        return heardLoads.known(
            of: ServicePlace(peer: host, service: service), own: own, at: now, settings: settings.load)
    }
}
