import Gossip
import OrderedCollections
import Overlay

/// The callers that a host tells how busy its services are: those whose requests it allowed a while ago. Nobody subscribes
/// in so many words, so nobody can who may not use the service.
struct LoadSubscribers: Sendable {
    struct Subscriber: Sendable {
        /// Its token is judged again whenever it is told.
        var admitted: Admitted
        var askedAt: Instant
        /// What it was told last, and when.
        var told: ServiceLoad?
        var toldAt = Instant.zero
        /// When it is to be looked at next.
        var dueAt: Instant
    }

    /// In the order in which they asked last.
    private var subscribers: OrderedDictionary<ServicePlace, Subscriber> = [:]
    /// When somebody is to be told something, perhaps.
    private(set) var nextDeadline = Instant.distantFuture

    var count: Int { subscribers.count }

    subscript(place: ServicePlace) -> Subscriber? { subscribers[place] }

    /// A caller asked a service that it may use.
    mutating func asked(_ place: ServicePlace, _ admitted: Admitted, at now: Instant, settings: LoadSettings) {
        let known = subscribers.removeValue(forKey: place)
        var subscriber = known ?? Subscriber(admitted: admitted, askedAt: now, dueAt: now)
        subscriber.admitted = admitted
        subscriber.askedAt = now
        subscribers[place] = subscriber
        if subscribers.count > settings.mostSubscriptions { subscribers.removeFirst() }
        if known != nil { hasten(place, settings) }
        nextDeadline = min(nextDeadline, subscribers[place]?.dueAt ?? .distantFuture)
    }

    /// A request began or ended: those who are told of the service may have something to hear.
    mutating func changed(_ service: ServiceName, settings: LoadSettings) {
        for place in subscribers.keys where place.service == service { hasten(place, settings) }
    }

    /// As soon as the pause since the last word allows.
    private mutating func hasten(_ place: ServicePlace, _ settings: LoadSettings) {
        guard let subscriber = subscribers[place] else { return }
        let dueAt = min(subscriber.dueAt, subscriber.toldAt + settings.shortestPause)
        subscribers[place]?.dueAt = dueAt
        nextDeadline = min(nextDeadline, dueAt)
    }

    /// Whom to look at now.
    func due(at now: Instant) -> [(place: ServicePlace, subscriber: Subscriber)] {
        subscribers.compactMap { place, subscriber in subscriber.dueAt <= now ? (place, subscriber) : nil }
    }

    mutating func told(_ load: ServiceLoad, to place: ServicePlace, at now: Instant) {
        subscribers[place]?.told = load
        subscribers[place]?.toldAt = now
    }

    mutating func lookAgain(at place: ServicePlace, _ dueAt: Instant) { subscribers[place]?.dueAt = dueAt }

    mutating func remove(_ place: ServicePlace) { subscribers[place] = nil }

    /// After all who were due have been looked at.
    mutating func noteDeadline() {
        nextDeadline = subscribers.values.reduce(.distantFuture) { min($0, $1.dueAt) }
    }
}
