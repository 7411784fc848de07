import Gossip
import OrderedCollections
import Overlay

/// How busy the services are that this node has asked, as their hosts told it.
struct HeardLoads: Sendable {
    private struct Heard: Sendable {
        var load: ServiceLoad?
        var heardAt = Instant.zero
        /// It answered that it is busy, until then.
        var busyUntil = Instant.zero
    }

    /// In the order in which they were asked last.
    private var services: OrderedDictionary<ServicePlace, Heard> = [:]

    var isEmpty: Bool { services.isEmpty }
    var count: Int { services.count }

    /// A request goes there, so its host may say something.
    mutating func asked(_ place: ServicePlace, settings: LoadSettings) {
        let known = services.removeValue(forKey: place) ?? Heard()
        services[place] = known
        if services.count > settings.mostHeard { services.removeFirst() }
    }

    /// - Returns: false when nobody asked there.
    mutating func heard(_ load: ServiceLoad, from host: PeerID, at now: Instant) -> Bool {
        let place = ServicePlace(peer: host, service: load.service)
        guard services[place] != nil else { return false }
        services[place] = Heard(load: load, heardAt: now)
        return true
    }

    /// The host, or whoever is on the way to it, had no room and said when to try again. That counts for no longer than
    /// anything else that was heard.
    mutating func busy(_ place: ServicePlace, retryAfter: TimeSpan, at now: Instant, settings: LoadSettings) {
        services[place]?.busyUntil = now + min(retryAfter, settings.validity)
    }

    /// - Parameter own: requests of this node that are under way there.
    func known(of place: ServicePlace, own: Int, at now: Instant, settings: LoadSettings) -> KnownLoad? {
        guard let heard = services[place] else { return nil }
        let isBusy = heard.busyUntil > now
        guard let load = heard.load, now.since(heard.heardAt) <= settings.validity else { return isBusy ? .busy : nil }
        var known = KnownLoad(running: Int(load.running) + own, slots: load.slots.map { Int($0) })
        if isBusy { known.isFull = true }
        return known
    }
}
