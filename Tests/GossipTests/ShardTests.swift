import Overlay
import Testing

@testable import Gossip

/// Catalogs that are too small for their mesh.
@Suite struct ShardTests {
    static let owner = identity(5_000)

    static func catalog(of capacity: Int, owner: Identity = owner) -> Catalog {
        var settings = GossipSettings()
        settings.liveCapacity = capacity
        return Catalog(mesh: testMesh, owner: owner.peerID, settings: settings)
    }

    static func entry(
        _ number: Int, offering services: [String], sequence: UInt64 = 5, ttl: TimeSpan = .hours(1),
        at issue: Moment = moment(0)
    ) throws -> CatalogEntry {
        let contents = try EntryContents(services: services.map { try offer($0, models: []) })
        return GossipTests.entry(
            by: identity(UInt64(6_000 + number)), sequence: sequence, issued: issue, ttl: ttl, contents: contents)
    }

    /// Each peer with a service of its own.
    static func varied(_ count: Int) throws -> [CatalogEntry] {
        try (0..<count).map { try entry($0, offering: ["mcp:tool-\($0)"]) }
    }

    // MARK: Places

    @Test func placesAreTheSameEverywhere() throws {
        // Worked out by hand: the first six bits of the SHA-256 of the text.
        let service = try name("inference:openrouter")
        let digest = SHA256.hash(Array("sam shard v1\0inference:openrouter".utf8))
        #expect(ServiceShard(of: service).number == UInt8(digest.bigEndianWords.0 >> 58))
        let entry = try Self.entry(1, offering: ["inference:openrouter", "mcp:files"])
        #expect(entry.place.shards.contains(ServiceShard(of: service)))
        #expect(entry.place.shards.contains(ServiceShard(of: try name("mcp:files"))))
        #expect(tombstone(sequence: 9).place == .nowhere)
    }

    @Test func aHostIsInSamplesOnSomeDays() throws {
        var depths: [UInt8] = []
        for day in 0..<64 as Range<UInt64> {
            depths.append(try Self.entry(1, offering: ["mcp:a"], at: moment(day * 86_400)).place.depth)
        }
        let half = depths.count { $0 >= 1 }
        #expect((16...48).contains(half), "on half of the days in the half sample, not on \(half) of 64")
        let hours = try (0..<24).map { try Self.entry(1, offering: ["mcp:a"], at: moment($0 * 3_600)).place.depth }
        #expect(zip(hours, hours.dropFirst()).count { $0 != $1 } <= 1, "it changes once a day at most")
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func selectionsMeetAndAreReadAsWritten(seed: UInt64) throws {
        print("selection seed \(seed)")
        var random = RandomSource(seed: seed)
        func drawn(_ random: inout RandomSource) -> ShardSelection {
            var selection = ShardSelection.everything
            for shard in ShardSet.all.shards {
                switch random.below(4) {
                case 0: selection.drop(shard)
                case 1: selection.keep(shard, depth: UInt8(1 + random.below(4)))
                default: break
                }
            }
            return selection
        }
        let (one, other) = (drawn(&random), drawn(&random))
        let meet = one.meet(other)
        #expect(meet == other.meet(one) && meet.meet(one) == meet && one.meet(.everything) == one)
        for _ in 0..<200 {
            let shards = ShardSet(bits: 1 << UInt64(random.below(64))).union(
                ShardSet(bits: 1 << UInt64(random.below(64))))
            let place = EntryPlace(shards: shards, depth: UInt8(random.below(6)))
            if meet.contains(place) { #expect(one.contains(place) && other.contains(place)) }
            if shards.count == 1 { #expect(meet.contains(place) == (one.contains(place) && other.contains(place))) }
        }
        let message = GossipMessage.compareShards(session: 9, one, [0x61, 1])
        #expect(try GossipMessage(decoding: message.encode()) == message)
    }

    // MARK: One catalog

    @Test func ofAHotServiceASampleIsKept() throws {
        var catalog = Self.catalog(of: 100)
        let entries = try (0..<800).map { try Self.entry($0, offering: ["inference:openrouter"]) }
        for entry in entries {
            switch catalog.accept(entry.bytes, at: moment(0)) {
            case .new, .passed: break
            case let other: Issue.record("\(other)")
            }
            #expect(catalog.liveCount <= 100)
        }
        let shard = ServiceShard(of: try name("inference:openrouter"))
        let depth = catalog.selection.depth(of: shard)
        #expect(depth >= 3 && catalog.liveCount >= 25, "\(catalog.liveCount) at depth \(depth)")
        #expect(Set(catalog.entries.map(\.peer)) == Set(entries.filter { $0.place.depth >= depth }.map(\.peer)))
        #expect(catalog.passedCount(at: moment(0).wall) + catalog.liveCount == 800)
        #expect(catalog.isPartial && catalog.selection.shards == .all, "the others are kept whole")
    }

    @Test func whatIsNotKeptIsKnownByItsNumber() throws {
        var catalog = Self.catalog(of: 8)
        let entries = try Self.varied(40)
        for entry in entries { _ = catalog.accept(entry.bytes, at: moment(0)) }
        let passed = try #require(entries.last { catalog[$0.peer] == nil })
        let number = try #require(entries.firstIndex(of: passed))
        #expect(!catalog.wants(EntrySummary(of: passed)))
        guard case .duplicate = catalog.accept(passed.bytes, at: moment(0)) else {
            Issue.record("what was passed on would be passed on again")
            return
        }
        let older = try Self.entry(number, offering: ["mcp:tool-\(number)"], sequence: 4, ttl: .hours(6))
        for hour in 0...8 as ClosedRange<UInt64> {
            _ = catalog.expire(at: moment(hour * 3_600).wall)
            let acceptance = catalog.accept(older.bytes, at: moment(hour * 3_600))
            #expect(acceptance == .refused(.stale) || acceptance == .refused(.expired), "\(hour) h: \(acceptance)")
        }
    }

    @Test func shardsInUseAreDroppedLast() throws {
        var catalog = Self.catalog(of: 24)
        let own = GossipTests.entry(
            by: Self.owner, contents: try EntryContents(services: [offer("mcp:own", models: [])]))
        _ = catalog.accept(own.bytes, at: moment(0))
        let used = try name("mcp:tool-3")
        let isNews = catalog.use(used, of: identity(6_003).peerID, at: moment(0).instant)
        #expect(!isNews, "it is kept already")
        for entry in try Self.varied(400) { _ = catalog.accept(entry.bytes, at: moment(0)) }
        for shard in [
            ServiceShard(of: Self.owner.peerID), ServiceShard(of: try name("mcp:own")), ServiceShard(of: used),
        ] {
            #expect(catalog.selection.shards.contains(shard))
        }
        #expect(catalog[Self.owner.peerID] != nil)
        #expect(catalog.liveCount <= 25 && catalog.selection.shards.count < 64)
        // Of the others those nearest to the node's own shard are left.
        let home = ServiceShard(of: Self.owner.peerID)
        let dropped = ShardSet.all.subtracting(catalog.selection.shards).shards
        let others = catalog.selection.shards.shards.filter {
            $0 != home && $0 != ServiceShard(of: used) && !own.place.shards.contains($0)
        }
        for kept in others { #expect(dropped.allSatisfy { home.distance(to: kept) < home.distance(to: $0) }) }
    }

    @Test func whoMakesRoomIsReported() throws {
        var settings = GossipSettings()
        settings.liveCapacity = 10
        var bench = Bench(settings: settings)
        let neighbor = identity(3)
        bench.up(neighbor)
        let entries = try Self.varied(60)
        for entry in entries { bench.receive(.push([entry.bytes]), from: neighbor) }
        var listed: Set<PeerID> = []
        for change in bench.changes {
            if case .removed(let peer) = change { listed.remove(peer) } else { listed.insert(change.peer) }
        }
        #expect(Set(bench.mesh.catalog.entries.map(\.peer)) == listed)
        #expect(bench.mesh.counts.displaced > 0 && bench.mesh.counts.passed > 0)
        #expect(bench.mesh.counts.added + bench.mesh.counts.passed == 60)
        #expect(bench.drops.isEmpty)
    }

    @Test func aShardThatIsUsedAgainIsWantedAgain() throws {
        var catalog = Self.catalog(of: 8)
        let entries = try Self.varied(60)
        for entry in entries { _ = catalog.accept(entry.bytes, at: moment(0)) }
        let passed = try #require(entries.last { catalog[$0.peer] == nil })
        let service = try #require(passed.services.first?.name)
        let isNew = catalog.use(service, of: passed.peer, at: moment(1).instant)
        #expect(isNew)
        #expect(catalog.wants(EntrySummary(of: passed)))
        guard case .new = catalog.accept(passed.bytes, at: moment(1)) else {
            Issue.record("an entry of a shard in use is not listed")
            return
        }
        let isNewAgain = catalog.use(service, of: passed.peer, at: moment(2).instant)
        #expect(!isNewAgain)
        #expect(catalog.liveCount <= 8)
    }

    @Test func aSmallerMeshIsKeptWhole() throws {
        var catalog = Self.catalog(of: 16)
        let entries = try Self.varied(64)
        for (number, entry) in entries.enumerated() {
            let ttl = TimeSpan.minutes(number < 8 ? 300 : 30)
            let contents = try #require(entry.contents)
            let signed = GossipTests.entry(
                by: identity(UInt64(6_000 + number)), sequence: 5, ttl: ttl, contents: contents)
            _ = catalog.accept(signed.bytes, at: moment(0))
        }
        #expect(catalog.isPartial)
        let later = moment(3_600)
        _ = catalog.expire(at: later.wall)
        var rounds = 0
        while catalog.widen(at: later.wall), rounds < 200 { rounds += 1 }
        #expect(!catalog.isPartial && rounds <= 64 + 32, "after \(rounds) rounds")
        for entry in entries.prefix(8) where catalog[entry.peer] == nil {
            #expect(catalog.wants(EntrySummary(of: entry)), "what was passed on is wanted again")
        }
    }

    @Test func aTombstoneOfWhatIsNotKeptIsPassedOn() throws {
        var catalog = Self.catalog(of: 8)
        let entries = try Self.varied(60)
        for entry in entries { _ = catalog.accept(entry.bytes, at: moment(0)) }
        let (kept, passed) = (
            try #require(entries.firstIndex { catalog[$0.peer] != nil }),
            try #require(entries.firstIndex { catalog[$0.peer] == nil })
        )
        let ends = [kept, passed, 900].map { tombstone(by: identity(UInt64(6_000 + $0)), sequence: 6) }
        guard case .withdrawn(_, wasListed: true) = catalog.accept(ends[0].bytes, at: moment(1)),
            case .passed(_, wasListed: false) = catalog.accept(ends[1].bytes, at: moment(1)),
            case .passed(_, wasListed: false) = catalog.accept(ends[2].bytes, at: moment(1))
        else {
            Issue.record("tombstones were not taken as they should be")
            return
        }
        for (number, end) in zip([kept, passed, 900], ends) {
            let back = try Self.entry(number, offering: ["mcp:back"], sequence: 5)
            let acceptance = catalog.accept(back.bytes, at: moment(2))
            #expect(acceptance == .refused(.stale), "\(end.peer) came back")
        }
    }
}
