import Testing

@testable import Overlay

@Suite struct RoutingTableTests {
    /// A table, the contacts behind it, and what a test knows about them.
    private struct World {
        var fixtures: RoutingFixtures
        var peers = PeerTable(capacity: 10_000)
        var table: RoutingTable
        let own: ContactRecord

        init(seed: UInt64, settings: RoutingSettings = RoutingSettings()) throws {
            fixtures = RoutingFixtures(seed: seed)
            own = try fixtures.record()
            table = RoutingTable(own: own.key, settings: settings)
        }

        mutating func insert(
            _ record: ContactRecord, roundTrip: TimeSpan = .milliseconds(10), at now: TimeSpan = .zero
        ) throws -> InsertOutcome {
            guard let ref = peers.intern(record) else { throw ContactRefusal.badSignature }
            defer { peers.release(ref) }
            return table.insert(ref, roundTrip: roundTrip, at: .zero + now, peers: &peers)
        }

        mutating func fail(_ ref: PeerRef, at now: Instant = .zero) -> FailureOutcome {
            table.markFailed(ref, at: now, peers: &peers)
        }

        mutating func remove(_ ref: PeerRef) -> FailureOutcome { table.remove(ref, peers: &peers) }
    }

    private func randomAddress(_ random: inout RandomSource) -> String {
        "/ip4/\([8, 9, 127][random.below(3)]).8.\(random.below(6)).\(random.below(256))/tcp/4001"
    }

    private func checkInvariants(_ world: World) {
        let settings = world.table.settings
        var held = 0
        var perPrefix: [AddressPrefix: Int] = [:]
        for (index, bucket) in world.table.buckets.enumerated() {
            #expect(bucket.entries.count <= settings.bucketSize)
            #expect(bucket.waiting.count <= settings.replacements)
            let all = bucket.entries + bucket.waiting
            #expect(Set(all.map(\.peer)).count == all.count, "a peer stands in a bucket once")
            for entry in all {
                #expect(world.peers[entry.peer].peer != world.own.peer)
                #expect(world.own.key.commonPrefixLength(with: world.peers.key(entry.peer)) == index)
            }
            var inBucket: [AddressPrefix: Int] = [:]
            for prefix in bucket.entries.flatMap({ world.peers.prefixes($0.peer) }) where prefix.scope == .global {
                inBucket[prefix, default: 0] += 1
                perPrefix[prefix, default: 0] += 1
            }
            #expect(inBucket.values.allSatisfy { $0 <= settings.perPrefixInBucket })
            held += all.count
        }
        #expect(perPrefix.values.allSatisfy { $0 <= settings.perPrefixInTable })
        #expect(world.table.count == world.table.buckets.reduce(0) { $0 + $1.entries.count })
        #expect(world.peers.count == held, "the table releases what it drops")
    }

    @Test(arguments: Seeds.range(40)) func keepsItsInvariants(seed: UInt64) throws {
        print("seed \(seed)")
        var settings = RoutingSettings()
        settings.bucketSize = 4
        settings.replacements = 2
        var world = try World(seed: seed, settings: settings)
        var known = [world.own]
        var now = TimeSpan.zero
        for _ in 0..<300 {
            now = now + .seconds(UInt64(world.fixtures.random.below(120)))
            if known.count < 60 || world.fixtures.random.below(3) == 0 {
                try known.append(world.fixtures.record(addresses: [randomAddress(&world.fixtures.random)]))
            }
            let record = known[world.fixtures.random.below(known.count)]
            let ref = world.peers.ref(of: record.peer)
            switch (world.fixtures.random.below(10), ref) {
            case (7...8, let ref?): _ = world.fail(ref, at: .zero + now)
            case (9, let ref?): _ = world.remove(ref)
            default: _ = try world.insert(record, at: now)
            }
            if case .check(let due) = world.table.nextCheck(at: .zero + now) {
                #expect(world.table.entry(due, peers: world.peers) != nil)
            }
            checkInvariants(world)
        }
    }

    @Test(arguments: Seeds.range(20)) func closestIsWhatBruteForceFinds(seed: UInt64) throws {
        print("seed \(seed)")
        var world = try World(seed: seed)
        for record in try world.fixtures.records(400) { _ = try world.insert(record) }
        let all = world.table.entries.map { world.peers[$0.peer] }
        var targets = (0..<30).map { _ in world.fixtures.key() } + [world.own.key] + all.prefix(20).map(\.key)
        targets += (0..<16).map { world.table.refreshTarget(bucket: $0, random: &world.fixtures.random) }
        for target in targets {
            for count in [0, 1, 7, 20, 1_000] {
                let found = world.table.closest(to: target, count: count, peers: world.peers)
                #expect(found.map { world.peers[$0] } == all.nearest(to: target, count: count))
            }
        }
    }

    @Test func closestLeavesOutWhoIsNotWanted() throws {
        var world = try World(seed: 5)
        for record in try world.fixtures.records(100) { _ = try world.insert(record) }
        let suspects = world.table.entries.prefix(30).map(\.peer)
        for suspect in suspects { _ = world.fail(suspect) }
        let live = world.table.entries.filter(\.isLive).map { world.peers[$0.peer] }
        let target = world.fixtures.key()
        let found = world.table.closest(to: target, count: 20, peers: world.peers) { $0.isLive }
        #expect(found.map { world.peers[$0] } == live.nearest(to: target, count: 20))
    }

    /// Contacts whose keys share `shared` bits with the world's own.
    private func inBucket(_ shared: Int, of world: inout World, count: Int) throws -> [ContactRecord] {
        var found: [ContactRecord] = []
        while found.count < count {
            let record = try world.fixtures.record()
            if world.own.key.commonPrefixLength(with: record.key) == shared { found.append(record) }
        }
        return found
    }

    @Test func refusesItselfClientsAndTheUnreachable() throws {
        var world = try World(seed: 6)
        #expect(try world.insert(world.own) == .refused(.ownKey))
        let client = try RoutingFixtures.record(world.fixtures.identity(), roles: [])
        #expect(try world.insert(client) == .refused(.client))
        let homeless = try RoutingFixtures.record(world.fixtures.identity(), addresses: [])
        #expect(try world.insert(homeless) == .refused(.noAddress))
        #expect(world.table.isEmpty)
        #expect(world.peers.count == 0)
    }

    @Test func fullBucketKeepsItsPeers() throws {
        var world = try World(seed: 7)
        let all = try inBucket(0, of: &world, count: 34)
        for record in all.prefix(20) { #expect(try world.insert(record, at: .seconds(1)) == .inserted) }
        #expect(try world.insert(all[20], at: .seconds(2)) == .cached)
        let late = TimeSpan.minutes(30)
        #expect(try world.insert(all[1], at: late) == .updated)
        let oldest = try #require(world.peers.ref(of: all[0].peer))
        #expect(try world.insert(all[21], at: late) == .full(check: oldest))
        #expect(try world.insert(all[22], at: late) != .full(check: oldest), "one check at a time")
        for record in all.suffix(12) { _ = try world.insert(record, at: late) }
        #expect(world.table.entries.map { world.peers[$0.peer] }.contains(all[0]))
        #expect(world.table.buckets[0].waiting.count == 10)
        #expect(world.table.count == 20)
    }

    /// Whoever offers a peer need not hold it: a list in which it has waited may be its only holder.
    @Test func aPeerThatOnlyWaitsIsOfferedAgain() throws {
        var settings = RoutingSettings()
        settings.bucketSize = 1
        var world = try World(seed: 12, settings: settings)
        let pair = try inBucket(0, of: &world, count: 2)
        #expect(try world.insert(pair[0]) == .inserted)
        #expect(try world.insert(pair[1]) == .cached)
        let waiting = try #require(world.peers.ref(of: pair[1].peer))
        let again = world.table.insert(waiting, roundTrip: .zero, at: .zero, peers: &world.peers)
        #expect(again == .cached)
        checkInvariants(world)
        let place = try #require(world.table.buckets[0].entries.first)
        _ = world.fail(place.peer)
        _ = world.fail(place.peer)
        #expect(world.table.buckets[0].entries.map(\.peer) == [waiting])
        checkInvariants(world)
    }

    @Test func nearestReplacementTakesTheFreePlace() throws {
        var world = try World(seed: 8)
        let all = try inBucket(0, of: &world, count: 24)
        for record in all.prefix(20) { _ = try world.insert(record) }
        for (record, milliseconds) in zip(all.suffix(4), [80, 20, 90, 20] as [UInt64]) {
            _ = try world.insert(record, roundTrip: .milliseconds(milliseconds))
        }
        let victim = try #require(world.peers.ref(of: all[5].peer))
        #expect(world.fail(victim) == .suspected)
        let expected = world.peers.ref(of: all[23].peer)
        #expect(world.fail(victim) == .evicted(promoted: expected))
        #expect(world.peers.record(of: all[5].peer) == nil)
    }

    @Test func lonePeersSurviveAnOutage() throws {
        var world = try World(seed: 9)
        let record = try world.fixtures.record()
        _ = try world.insert(record)
        let ref = try #require(world.peers.ref(of: record.peer))
        for _ in 0..<4 { #expect(world.fail(ref) == .suspected) }
        let isKnown = world.table.markAlive(ref, roundTrip: .zero, at: .zero, peers: world.peers)
        #expect(isKnown)
        for _ in 0..<4 { #expect(world.fail(ref) == .suspected) }
        #expect(world.fail(ref) == .evicted(promoted: nil))
    }

    @Test func limitsPrefixes() throws {
        var world = try World(seed: 10)
        var outcomes: [InsertOutcome] = []
        for host in 0..<200 {
            let record = try world.fixtures.record(addresses: ["/ip4/8.8.8.\(host)/tcp/1"])
            try outcomes.append(world.insert(record))
        }
        checkInvariants(world)
        #expect(outcomes.contains(.refused(.prefixFullInBucket)))
        #expect(world.table.count <= 10)
        #expect(world.table.entries(inBucket: 0).count == 2)
    }

    /// Keys that were searched for near one place take a part of a bucket, however many there are and however early they come.
    @Test func limitsCrowds() throws {
        var settings = RoutingSettings()
        settings.crowdBits = 2
        settings.perCrowd = 6
        var world = try World(seed: 16, settings: settings)
        let all = try inBucket(0, of: &world, count: 200)
        let place = all[0].key
        let crowd = all.filter { $0.key.commonPrefixLength(with: place) >= 3 }
        let outcomes = try crowd.map { try world.insert($0) }
        #expect(outcomes.count > 20)
        #expect(outcomes.filter { $0 == .inserted }.count <= 6)
        #expect(outcomes.filter { $0 == .refused(.crowded) }.count >= outcomes.count - 6)
        let dense = world.table.entries.filter { world.peers.key($0.peer).commonPrefixLength(with: place) >= 5 }
        #expect(dense.count <= 3)
        for record in all { _ = try world.insert(record) }
        #expect(world.table.entries(inBucket: 0).count == 20, "others have the rest")
    }

    @Test func limitsTheWholeTable() throws {
        var settings = RoutingSettings()
        settings.perPrefixInBucket = 20
        settings.perPrefixInTable = 5
        var world = try World(seed: 11, settings: settings)
        var outcomes: [InsertOutcome] = []
        for host in 0..<20 {
            let record = try world.fixtures.record(addresses: ["/ip6/2001:db8:1::\(host)/tcp/1"])
            try outcomes.append(world.insert(record))
        }
        #expect(outcomes.filter { $0 == .inserted }.count == 5)
        #expect(outcomes.filter { $0 == .refused(.prefixFullInTable) }.count == 15)
    }

    @Test(arguments: [false, true]) func localAddressesAreLimitedOnlyOnRequest(limits: Bool) throws {
        var settings = RoutingSettings()
        settings.limitsLocalAddresses = limits
        var world = try World(seed: 12, settings: settings)
        for _ in 0..<100 { _ = try world.insert(world.fixtures.record()) }
        #expect(limits ? world.table.count <= 10 : world.table.count > 40)
    }

    @Test func promotionRespectsPrefixLimits() throws {
        var settings = RoutingSettings()
        settings.bucketSize = 3
        var world = try World(seed: 13, settings: settings)
        func record(_ address: String) throws -> ContactRecord {
            while true {
                let record = try world.fixtures.record(addresses: [address])
                if world.own.key.commonPrefixLength(with: record.key) == 0 { return record }
            }
        }
        let crowd = try record("/ip4/8.8.8.1/tcp/1")
        _ = try world.insert(crowd)
        let leaving = try record("/ip4/9.9.9.9/tcp/1")
        _ = try world.insert(leaving)
        _ = try world.insert(record("/ip4/127.0.0.1/tcp/1"))
        let waiting = try record("/ip4/8.8.8.2/tcp/1")
        #expect(try world.insert(waiting) == .cached)
        let second = try record("/ip4/8.8.8.3/tcp/1")
        #expect(try world.insert(second) == .cached)
        let ref = try #require(world.peers.ref(of: leaving.peer))
        #expect(world.remove(ref) == .evicted(promoted: world.peers.ref(of: second.peer)))
        checkInvariants(world)
        let local = world.table.entries.first { world.peers.prefixes($0.peer).allSatisfy { $0.scope == .local } }
        let lastLocal = try #require(local).peer
        #expect(world.remove(lastLocal) == .evicted(promoted: nil))
        checkInvariants(world)
    }

    @Test func checksComeOnTheirOwnSchedule() throws {
        var world = try World(seed: 14)
        let records = try world.fixtures.records(10)
        for (index, record) in records.enumerated() { _ = try world.insert(record, at: .seconds(UInt64(index))) }
        let count = world.table.count
        #expect(world.table.nextCheck(at: .zero + .minutes(9)) == .wait(until: .zero + .minutes(10)))
        var checked: [PeerRef] = []
        let later = Instant.zero + .minutes(11)
        while case .check(let peer) = world.table.nextCheck(at: later) { checked.append(peer) }
        #expect(checked.map { world.peers[$0] } == Array(records.prefix(count)), "the longest unheard of first")
        _ = world.table.markAlive(checked[0], roundTrip: .zero, at: later, peers: world.peers)
        _ = world.table.markFailed(checked[1], at: later, peers: &world.peers)
        #expect(world.table.nextCheck(at: later) == .wait(until: later + .seconds(30)))
        #expect(world.table.nextCheck(at: later + .seconds(30)) == .check(checked[1]))
        #expect(
            world.table.entry(checked[0], peers: world.peers)?.nextCheck(world.table.settings) == later + .minutes(20))
    }

    @Test func refreshTargetsLieInTheirBucket() throws {
        var world = try World(seed: 15)
        for bucket in 0..<256 {
            let target = world.table.refreshTarget(bucket: bucket, random: &world.fixtures.random)
            #expect(world.table.bucket(of: target) == bucket)
        }
        #expect(world.table.bucket(of: world.own.key) == nil)
    }

    @Test func estimatesTheSizeOfTheNetwork() throws {
        for size in [10, 300, 1_500] {
            var estimates: [Int] = []
            for seed in 1...8 as ClosedRange<UInt64> {
                var world = try World(seed: seed &* 7_919 &+ UInt64(size))
                for record in try world.fixtures.records(size - 1) { _ = try world.insert(record) }
                estimates.append(world.table.estimatedNetworkSize(peers: world.peers))
            }
            let mean = estimates.reduce(0, +) / estimates.count
            print("network of \(size): estimates \(estimates.sorted())")
            #expect(mean > size * 7 / 10 && mean < size * 14 / 10)
        }
    }
}
