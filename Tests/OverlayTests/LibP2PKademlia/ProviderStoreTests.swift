import Testing

@testable import Overlay

struct ProviderStoreTests {
    private static let start = Instant.zero + .hours(1)

    private func store(_ adjust: (inout ProviderStoreSettings) -> Void = { _ in }) -> ProviderStore {
        var settings = ProviderStoreSettings()
        adjust(&settings)
        return ProviderStore(settings: settings)
    }

    private func add(
        _ number: UInt64, to key: [UInt8], of store: inout ProviderStore, at now: Instant = start
    ) -> ProviderStore.Outcome {
        store.add(
            LibP2PFixtures.peer(number), addresses: [LibP2PFixtures.address(number)], for: key, at: now)
    }

    private func peers(_ key: [UInt8], of store: inout ProviderStore, at now: Instant = start) -> [PeerID] {
        store.providers(of: key, at: now).map(\.peer)
    }

    @Test func theLatestComesFirst() {
        var store = store()
        for number in UInt64(1)...3 { #expect(add(number, to: [1], of: &store) == .added(evicted: false)) }
        #expect(add(1, to: [1], of: &store) == .renewed)
        #expect(peers([1], of: &store) == [1, 3, 2].map(LibP2PFixtures.peer))
        #expect(store.count == 3 && peers([2], of: &store).isEmpty)
    }

    @Test func announcementsEndAfter48HoursAndAddressesBefore() {
        var store = store()
        #expect(add(1, to: [1], of: &store) == .added(evicted: false))
        let old = store.providers(of: [1], at: Self.start + .hours(24))
        #expect(old.map(\.peer) == [LibP2PFixtures.peer(1)] && old.map(\.addresses) == [[]])
        #expect(store.providers(of: [1], at: Self.start + .hours(23)).first?.addresses.count == 1)
        #expect(peers([1], of: &store, at: Self.start + .hours(47)).count == 1)
        #expect(add(1, to: [1], of: &store, at: Self.start + .hours(22)) == .renewed)
        #expect(peers([1], of: &store, at: Self.start + .hours(48)).count == 1)
        #expect(peers([1], of: &store, at: Self.start + .hours(70)).isEmpty && store.count == 0)
    }

    @Test func aFullKeyLosesItsOldest() {
        var store = store { $0.perKey = 2 }
        for number in UInt64(1)...3 { _ = add(number, to: [1], of: &store) }
        #expect(add(4, to: [2], of: &store) == .added(evicted: false))
        #expect(peers([1], of: &store) == [3, 2].map(LibP2PFixtures.peer) && store.count == 3)
    }

    @Test func aFullStoreLosesItsOldest() {
        var store = store { $0.total = 3 }
        for key in UInt8(1)...3 { _ = add(UInt64(key), to: [key], of: &store) }
        #expect(add(1, to: [1], of: &store) == .renewed)
        #expect(add(9, to: [9], of: &store) == .added(evicted: true))
        #expect(peers([2], of: &store).isEmpty && peers([1], of: &store).count == 1 && store.count == 3)
    }

    @Test func oneProviderHasItsShareAndNoMore() {
        var store = store { $0.perProvider = 2 }
        for key in UInt8(1)...2 { #expect(add(1, to: [key], of: &store) == .added(evicted: false)) }
        #expect(add(1, to: [3], of: &store) == .shareUsed)
        #expect(add(1, to: [2], of: &store) == .renewed && add(2, to: [3], of: &store) == .added(evicted: false))
        #expect(add(1, to: [3], of: &store, at: Self.start + .hours(48)) == .added(evicted: false))
    }

    @Test func keysHaveALength() {
        var store = store()
        #expect(add(1, to: [], of: &store) == .badKey)
        #expect(add(1, to: [UInt8](repeating: 1, count: 81), of: &store) == .badKey)
        #expect(add(1, to: [UInt8](repeating: 1, count: 80), of: &store) == .added(evicted: false))
    }

    /// The same rules, with a list that is searched from end to end.
    private struct Model {
        var kept: [(key: UInt8, peer: UInt64, at: Instant)] = []
        let settings: ProviderStoreSettings

        mutating func add(_ peer: UInt64, to key: UInt8, at now: Instant) {
            kept.removeAll { $0.at + settings.expiry <= now }
            let isKnown = kept.contains { $0.key == key && $0.peer == peer }
            kept.removeAll { $0.key == key && $0.peer == peer }
            guard isKnown || kept.count(where: { $0.peer == peer }) < settings.perProvider else { return }
            if !isKnown, kept.count(where: { $0.key == key }) >= settings.perKey {
                kept.firstIndex { $0.key == key }.map { _ = kept.remove(at: $0) }
            } else if !isKnown, kept.count >= settings.total {
                kept.removeFirst()
            }
            kept.append((key, peer, now))
        }

        func peers(_ key: UInt8, at now: Instant) -> [PeerID] {
            kept.filter { $0.key == key && $0.at + settings.expiry > now }.reversed()
                .map { LibP2PFixtures.peer($0.peer) }
        }
    }

    @Test("it does what a list would", arguments: UInt64(0)..<10)
    func agreesWithAModel(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var settings = ProviderStoreSettings()
        (settings.perKey, settings.perProvider, settings.total) = (3, 4, 12)
        var (store, model, now) = (ProviderStore(settings: settings), Model(settings: settings), Self.start)
        for step in 0..<600 {
            now = now + .minutes(UInt64(random.below(240)))
            let (peer, key) = (UInt64(random.below(9)), UInt8(random.below(8)))
            _ = add(peer, to: [key], of: &store, at: now)
            model.add(peer, to: key, at: now)
            for key in UInt8(0)..<8 {
                #expect(peers([key], of: &store, at: now) == model.peers(key, at: now), "seed \(seed), step \(step)")
            }
            #expect(store.count == model.kept.count { $0.at + settings.expiry > now }, "seed \(seed), step \(step)")
        }
    }
}
