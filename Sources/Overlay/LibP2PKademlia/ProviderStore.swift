import DequeModule

/// Who said to have which content, for as long as libp2p's DHT keeps it.
///
/// Bounded three ways: by key, by provider and in all. What goes to make room is what was announced longest ago, of the key
/// where the key is full, of everything where the store is. A provider's share is its own: above it, its announcements are
/// refused, so that one stranger does not drive out others.
public struct ProviderStore: Sendable {
    /// One peer that announced a key.
    public struct Provider: Hashable, Sendable {
        /// Who has the content.
        public let peer: PeerID
        /// Where it listens; empty when nobody has said so lately.
        public let addresses: [Multiaddr]
    }

    /// What came of an announcement.
    public enum Outcome: Hashable, Sendable {
        /// It is kept, and another went when `evicted`.
        case added(evicted: Bool)
        /// The provider had announced the key before; its time begins anew.
        case renewed
        /// The key is empty or too long.
        case badKey
        /// The provider has as many announcements as one may have.
        case shareUsed
    }

    private struct Announcement: Sendable {
        let peer: PeerID
        let addresses: [Multiaddr]
        let at: Instant
        let number: UInt64
    }

    /// A place in the order of announcements; outlived when the announcement was renewed or evicted.
    private struct Turn: Sendable {
        let key: [UInt8]
        let peer: PeerID
        let number: UInt64
    }

    private let settings: ProviderStoreSettings
    /// Each key's announcements, oldest first. Never iterated as a whole, so its order does not matter.
    private var announcements: [[UInt8]: [Announcement]] = [:]
    private var shares: [PeerID: Int] = [:]
    /// All announcements, oldest first, with outlived turns between them.
    private var turns: Deque<Turn> = []
    private var nextNumber: UInt64 = 0
    /// How many announcements there are.
    public private(set) var count = 0

    public init(settings: ProviderStoreSettings = ProviderStoreSettings()) {
        self.settings = settings
    }

    /// Takes an announcement in.
    public mutating func add(
        _ peer: PeerID, addresses: [Multiaddr], for key: [UInt8], at now: Instant
    ) -> Outcome {
        guard !key.isEmpty, key.count <= settings.keyLength else { return .badKey }
        expire(at: now)
        let isKnown = remove(peer, from: key)
        guard isKnown || shares[peer, default: 0] < settings.perProvider else { return .shareUsed }
        let evicted = !isKnown && makeRoom(for: key)
        nextNumber += 1
        announcements[key, default: []].append(
            Announcement(peer: peer, addresses: addresses, at: now, number: nextNumber))
        turns.append(Turn(key: key, peer: peer, number: nextNumber))
        shares[peer, default: 0] += 1
        count += 1
        sweep()
        return isKnown ? .renewed : .added(evicted: evicted)
    }

    /// Who has a content, the latest to say so first.
    public mutating func providers(of key: [UInt8], at now: Instant) -> [Provider] {
        expire(at: now)
        return announcements[key, default: []].reversed().map { announcement in
            let isFresh = now.since(announcement.at) < settings.addressExpiry
            return Provider(peer: announcement.peer, addresses: isFresh ? announcement.addresses : [])
        }
    }

    // MARK: Room

    private mutating func expire(at now: Instant) {
        while let oldest = turns.first {
            if let announcement = announcement(of: oldest) {
                guard announcement.at + settings.expiry <= now else { return }
                _ = remove(oldest.peer, from: oldest.key)
            }
            turns.removeFirst()
        }
    }

    /// True when an announcement of another provider went.
    private mutating func makeRoom(for key: [UInt8]) -> Bool {
        if let oldest = announcements[key]?.first, announcements[key, default: []].count >= settings.perKey {
            return remove(oldest.peer, from: key)
        }
        guard count >= settings.total else { return false }
        while let oldest = turns.popFirst() {
            guard announcement(of: oldest) != nil else { continue }
            return remove(oldest.peer, from: oldest.key)
        }
        return false
    }

    private func announcement(of turn: Turn) -> Announcement? {
        announcements[turn.key]?.first { $0.number == turn.number }
    }

    private mutating func remove(_ peer: PeerID, from key: [UInt8]) -> Bool {
        guard let index = announcements[key]?.firstIndex(where: { $0.peer == peer }) else { return false }
        announcements[key]?.remove(at: index)
        if announcements[key]?.isEmpty == true { announcements[key] = nil }
        let left = shares[peer, default: 1] - 1
        shares[peer] = left > 0 ? left : nil
        count -= 1
        return true
    }

    /// Outlived turns are dropped before they are more than the others.
    private mutating func sweep() {
        guard turns.count > 2 * count + 64 else { return }
        turns = turns.filter { announcement(of: $0) != nil }
    }
}
