import OrderedCollections

/// The advertisements that a registrar keeps.
///
/// Nobody is refused for want of room, everybody waits: the longer, the fuller the table, and the more of it the topic or the
/// network of the host already has (TopDisc's waiting time). So neither a popular topic nor a flood from one network takes
/// the room of the others.
struct AdvertisementTable: Sendable {
    private struct Place: Hashable, Sendable {
        let topic: NodeKey
        let host: PeerID
    }

    private struct Entry: Sendable {
        var bytes: [UInt8]
        let prefix: AddressPrefix?
        let endsAt: Instant
    }

    private let settings: AdvertisementSettings
    /// In the order in which they end: all live equally long.
    private var entries: OrderedDictionary<Place, Entry> = [:]
    private var hosts: [NodeKey: [PeerID]] = [:]
    private var perPrefix: [AddressPrefix: Int] = [:]
    private(set) var byteCount = 0

    init(settings: AdvertisementSettings) {
        self.settings = settings
    }

    var count: Int { entries.count }

    /// When the oldest one ends.
    var nextDeadline: Instant { entries.values.first?.endsAt ?? .distantFuture }

    /// How long an advertisement has still to live; nil when it is not here.
    func remaining(topic: NodeKey, host: PeerID, at now: Instant) -> TimeSpan? {
        entries[Place(topic: topic, host: host)].map { $0.endsAt.since(now) }
    }

    /// The advertisements of a topic, those that were registered first before the others.
    func advertisements(of topic: NodeKey) -> [[UInt8]] {
        (hosts[topic] ?? []).compactMap { entries[Place(topic: topic, host: $0)]?.bytes }
    }

    /// How long one more advertisement has to wait, at most its lifetime; its own earlier one does not count.
    ///
    /// `lifetime × (topic's share + network's share + ε) ÷ (1 − filled)^10`, where shares are of the capacity.
    func waitingTime(topic: NodeKey, host: PeerID, prefix: AddressPrefix?) -> TimeSpan {
        let own = entries[Place(topic: topic, host: host)]
        let ownCount = own == nil ? 0 : 1
        let capacity = Double(max(settings.capacity, 1))
        let ofTopic = (hosts[topic]?.count ?? 0) - ownCount
        let free = 1 - Double(entries.count - ownCount) / capacity
        guard free > 0, ofTopic < settings.perTopic, byteCount - (own?.bytes.count ?? 0) < settings.bytes else {
            return settings.lifetime
        }
        let ofPrefix = global(prefix).map { perPrefix[$0, default: 0] - (own?.prefix == $0 ? 1 : 0) } ?? 0
        let share = Double(ofTopic + ofPrefix) / capacity + 1e-7
        let (square, fourth) = (free * free, free * free * free * free)
        let factor = share / (fourth * fourth * square)
        guard factor < 1 else { return settings.lifetime }
        return TimeSpan(nanoseconds: UInt64(factor * Double(settings.lifetime.nanoseconds)))
    }

    /// Networks of which anybody may have any number of addresses say nothing about their hosts.
    private func global(_ prefix: AddressPrefix?) -> AddressPrefix? {
        prefix.flatMap { $0.scope == .global ? $0 : nil }
    }

    /// Puts an advertisement in, for a whole lifetime. False when there is no room even for those who have waited.
    mutating func insert(
        _ bytes: [UInt8], topic: NodeKey, host: PeerID, prefix: AddressPrefix?, at now: Instant
    ) -> Bool {
        remove(topic: topic, host: host)
        guard entries.count < settings.capacity, byteCount + bytes.count <= settings.bytes,
            hosts[topic]?.count ?? 0 < settings.perTopic
        else { return false }
        entries[Place(topic: topic, host: host)] = Entry(
            bytes: bytes, prefix: global(prefix), endsAt: now + settings.lifetime)
        hosts[topic, default: []].append(host)
        if let prefix = global(prefix) { perPrefix[prefix, default: 0] += 1 }
        byteCount += bytes.count
        return true
    }

    /// Puts a later statement of the same host in the place of the one that is here, which ends when that would have.
    /// False when none is here, or when there is no room for the longer one.
    mutating func replace(_ bytes: [UInt8], topic: NodeKey, host: PeerID) -> Bool {
        let place = Place(topic: topic, host: host)
        guard let old = entries[place], byteCount - old.bytes.count + bytes.count <= settings.bytes else {
            return false
        }
        byteCount += bytes.count - old.bytes.count
        entries[place]?.bytes = bytes
        return true
    }

    mutating func remove(topic: NodeKey, host: PeerID) {
        guard let entry = entries.removeValue(forKey: Place(topic: topic, host: host)) else { return }
        byteCount -= entry.bytes.count
        hosts[topic]?.removeAll { $0 == host }
        if hosts[topic]?.isEmpty == true { hosts[topic] = nil }
        guard let prefix = entry.prefix, let count = perPrefix[prefix] else { return }
        perPrefix[prefix] = count > 1 ? count - 1 : nil
    }

    mutating func remove(hosts: Set<PeerID>) {
        for place in entries.keys.filter({ hosts.contains($0.host) }) { remove(topic: place.topic, host: place.host) }
    }

    /// Ends what has lived long enough.
    mutating func expire(at now: Instant) {
        while let (place, entry) = entries.elements.first, entry.endsAt <= now {
            remove(topic: place.topic, host: place.host)
        }
    }
}
