/// A node's part in keeping advertisements of others.
struct Registrar: Sendable {
    private let settings: AdvertisementSettings
    private let key: TicketKey
    private(set) var table: AdvertisementTable

    init(settings: AdvertisementSettings, random: inout RandomSource) {
        self.settings = settings
        key = TicketKey(random: &random)
        table = AdvertisementTable(settings: settings)
    }

    /// A host asks how long it has to wait.
    mutating func ask(topic: NodeKey, host: PeerID, prefix: AddressPrefix?, at now: Instant) -> Registration {
        table.expire(at: now)
        let wait = table.waitingTime(topic: topic, host: host, prefix: prefix)
        return waiting(wait, topic, host, firstAskedAt: now, at: now)
    }

    /// A host comes with an advertisement that was found to be true. What is here of it already is replaced without a wait;
    /// a ticket whose time has come gives it a whole lifetime.
    mutating func register(_ wanted: RegistrationRequest, prefix: AddressPrefix?, at now: Instant) -> Registration {
        table.expire(at: now)
        let (topic, host, ticket) = (wanted.topic, wanted.host, wanted.ticket)
        let isReplaced = table.replace(wanted.advertisement, topic: topic, host: host)
        guard ticket != .none, key.isOwn(ticket, topic: topic, host: host),
            now <= ticket.validFrom + settings.window
        else {
            if isReplaced, let left = table.remaining(topic: topic, host: host, at: now) {
                return .registered(left.inWholeMilliseconds)
            }
            return ask(topic: topic, host: host, prefix: prefix, at: now)
        }
        let wait = max(
            ticket.firstAskedAt + table.waitingTime(topic: topic, host: host, prefix: prefix), ticket.validFrom
        ).since(now)
        guard wait == .zero else {
            return waiting(wait, topic, host, firstAskedAt: ticket.firstAskedAt, at: now)
        }
        guard table.insert(wanted.advertisement, topic: topic, host: host, prefix: prefix, at: now) else {
            return waiting(settings.lifetime, topic, host, firstAskedAt: now, at: now)
        }
        return .registered(settings.lifetime)
    }

    mutating func withdraw(topic: NodeKey, host: PeerID) -> Registration {
        table.remove(topic: topic, host: host)
        return .registered(.zero)
    }

    /// Takes away what is here of these hosts.
    mutating func bar(_ hosts: Set<PeerID>) { table.remove(hosts: hosts) }

    /// The advertisements of a topic.
    mutating func advertisements(of topic: NodeKey, at now: Instant) -> [[UInt8]] {
        table.expire(at: now)
        return table.advertisements(of: topic)
    }

    private func waiting(
        _ wait: TimeSpan, _ topic: NodeKey, _ host: PeerID, firstAskedAt: Instant, at now: Instant
    ) -> Registration {
        let wait = min(wait, settings.lifetime).inWholeMilliseconds
        let ticket = key.ticket(topic: topic, host: host, firstAskedAt: firstAskedAt, validFrom: now + wait)
        return .waiting(wait, ticket)
    }
}

extension TimeSpan {
    /// As hosts are told; rounded up, for who comes back a fraction of a millisecond early would have to come once more.
    fileprivate var inWholeMilliseconds: TimeSpan {
        .milliseconds((self + TimeSpan(nanoseconds: 999_999)).milliseconds)
    }
}
