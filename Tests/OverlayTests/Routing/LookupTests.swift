import Testing

@testable import Overlay

@Suite struct LookupTests {
    /// A network whose tables never change; every node answers with the nearest that its table holds.
    private struct StaticNetwork {
        var random: RandomSource
        /// Sorted by key.
        var nodes: [ContactRecord]
        var peers: PeerTable
        var tables: [RoutingTable] = []
        var numbers: [NodeKey: Int] = [:]
        var dead: Set<Int> = []

        init(size: Int, deadPercent: Int, seed: UInt64) throws {
            var fixtures = RoutingFixtures(seed: seed)
            nodes = try fixtures.records(size).sorted { $0.key < $1.key }
            random = fixtures.random
            peers = PeerTable(capacity: size)
            let refs = nodes.compactMap { peers.intern($0) }
            for (number, node) in nodes.enumerated() {
                numbers[node.key] = number
                var table = RoutingTable(own: node.key)
                for other in contacts(of: number) {
                    _ = table.insert(refs[other], roundTrip: .milliseconds(10), at: .zero, peers: &peers)
                }
                tables.append(table)
            }
            var order = Array(nodes.indices)
            random.shuffle(&order)
            dead = Set(order.prefix(size * deadPercent / 100))
        }

        /// Up to 20 random nodes of every bucket, found by halving the sorted keys.
        private mutating func contacts(of number: Int) -> [Int] {
            let own = nodes[number].key
            var range = nodes.indices
            var found: [Int] = []
            for bit in 0..<256 where range.count > 1 {
                let split = range.first { nodes[$0].key.bytes.array[bit / 8] & (0x80 >> UInt8(bit % 8)) != 0 }
                let middle = split ?? range.upperBound
                let isHigh = own.bytes.array[bit / 8] & (0x80 >> UInt8(bit % 8)) != 0
                var others = Array(isHigh ? range.lowerBound..<middle : middle..<range.upperBound)
                range = isHigh ? middle..<range.upperBound : range.lowerBound..<middle
                random.shuffle(&others)
                found += others.prefix(20)
            }
            return found
        }

        func answer(_ number: Int, target: NodeKey) -> [ContactRecord] {
            tables[number].closest(to: target, count: 20, peers: peers).map { peers[$0] }
        }

        func trueClosest(to target: NodeKey, except searcher: NodeKey) -> [ContactRecord] {
            nodes.indices.filter { !dead.contains($0) && nodes[$0].key != searcher }.map { nodes[$0] }
                .nearest(to: target, count: 20)
        }
    }

    /// What one lookup did, with the rules checked on the way.
    private struct Run {
        var result: LookupResult
        var elapsed: TimeSpan
        var mostWaiting: Int
    }

    private struct Arrival {
        var at: Instant
        var peer: NodeKey
        var key: NodeKey
        var records: [ContactRecord]
    }

    private let patience = TimeSpan.milliseconds(500)

    private func run(_ network: inout StaticNetwork, from searcher: Int, target: NodeKey) throws -> Run {
        let own = network.nodes[searcher].key
        var search = Lookup(target: target, own: own, seeds: network.answer(searcher, target: target))
        var now = Instant.zero
        var asked: Set<[NodeKey]> = []
        var arrivals: [Arrival] = []
        var mostWaiting = 0
        for _ in 0..<10_000 {
            switch search.next(at: now, patience: { _ in LookupPatience(patience) }) {
            case .query(let record, let key):
                #expect(asked.insert([record.key, key]).inserted, "asked twice")
                #expect(record.key != own)
                #expect(search.waiting <= search.parallelism)
                mostWaiting = max(mostWaiting, search.waiting)
                let number = try #require(network.numbers[record.key])
                guard !network.dead.contains(number) else { continue }
                let delay = TimeSpan.milliseconds(20 + UInt64(network.random.below(180)))
                arrivals.append(
                    Arrival(at: now + delay, peer: record.key, key: key, records: network.answer(number, target: key)))
                arrivals.sort { ($0.at, $0.peer) < ($1.at, $1.peer) }
            case .retry:
                Issue.record("nobody is doubtful")
            case .wait(let deadline):
                #expect(deadline > now)
                guard let arrival = arrivals.first, arrival.at <= deadline else {
                    now = deadline
                    continue
                }
                arrivals.removeFirst()
                now = arrival.at
                search.answered(arrival.peer, about: arrival.key, with: arrival.records)
            case .finished(let result):
                return Run(result: result, elapsed: now.since(.zero), mostWaiting: mostWaiting)
            }
        }
        Issue.record("the lookup does not end")
        throw ContactRefusal.badSignature
    }

    /// Without dead nodes the result is exact. With a fifth dead, whom the others still name in their answers of at most
    /// 20, one in forty may miss one of the farther ones.
    @Test(arguments: [
        (200, 0, 1), (200, 20, 2), (500, 0, 3), (500, 20, 4), (1_000, 20, 5), (2_000, 0, 6), (2_000, 20, 7),
    ])
    func findsTheTrueClosest(size: Int, deadPercent: Int, seed: UInt64) throws {
        var network = try StaticNetwork(size: size, deadPercent: deadPercent, seed: seed)
        var (exact, depth, queries, slowest) = (0, 0, 0, TimeSpan.zero)
        let rounds = 40
        for round in 0..<rounds {
            let searcher = network.random.below(size)
            let target =
                round.isMultiple(of: 3)
                ? network.nodes[network.random.below(size)].key : NodeKey(hashing: network.random.bytes(32))
            let run = try run(&network, from: searcher, target: target)
            #expect(run.result.end == .complete)
            #expect(run.mostWaiting <= (deadPercent == 0 ? 4 : 8))
            #expect(run.result.counters.queries <= 128)
            #expect(run.result.closest.allSatisfy { $0.key != network.nodes[searcher].key })
            let expected = network.trueClosest(to: target, except: network.nodes[searcher].key)
            if run.result.closest == expected { exact += 1 }
            depth += run.result.counters.depth
            queries += run.result.counters.queries
            slowest = max(slowest, run.elapsed)
        }
        print(
            "seed \(seed): \(size) nodes, \(deadPercent) % dead: \(exact)/\(rounds) exact, depth",
            Double(depth) / Double(rounds), "queries", Double(queries) / Double(rounds), "slowest",
            slowest.milliseconds, "ms")
        #expect(exact >= (deadPercent == 0 ? rounds : rounds - 1))
    }

    @Test(arguments: Seeds.range(200)) func keepsItsRulesWhateverPeersSay(seed: UInt64) throws {
        var fixtures = RoutingFixtures(seed: seed)
        let pool = try Self.pool.get()
        var random = fixtures.random
        let own = pool[0].key
        let target = fixtures.key()
        var settings = LookupSettings()
        settings.wanted = 1 + random.below(20)
        settings.parallelism = 1 + random.below(4)
        settings.maximumParallelism = settings.parallelism + random.below(4)
        settings.heard = 1 + random.below(64)
        settings.queries = 1 + random.below(100)
        func some(_ count: Int) -> [ContactRecord] {
            (0..<random.below(count)).map { _ in pool[random.below(pool.count)] }
        }
        var search = Lookup(target: target, own: own, seeds: some(30), settings: settings)
        var now = Instant.zero
        var asked: [[NodeKey]] = []
        for _ in 0..<5_000 {
            switch search.next(
                at: now, patience: { _ in LookupPatience(.milliseconds(1 + UInt64(asked.count % 7) * 50)) })
            {
            case .query(let record, let key):
                #expect(record.key != own && !asked.contains { $0 == [record.key, key] })
                asked.append([record.key, key])
                #expect(search.waiting <= search.parallelism && search.parallelism <= settings.maximumParallelism)
                #expect(asked.count <= settings.queries)
            case .retry:
                Issue.record("nobody is doubtful")
            case .wait(let deadline):
                #expect(deadline > now)
                switch random.below(5) {
                case 0: now = deadline
                case 1: search.failed(asked[random.below(asked.count)][0])
                case 2: search.silent(asked[random.below(asked.count)][0])
                case 3: search.answered(pool[random.below(pool.count)].key, about: target, with: some(40))
                default:
                    let question = asked[random.below(asked.count)]
                    search.answered(question[0], about: question[1], with: some(40))
                }
            case .finished(let result):
                #expect(result.closest == result.closest.nearest(to: target, count: settings.wanted))
                #expect(Set(result.closest.map(\.key)).isSubset(of: asked.map { $0[0] }))
                #expect(result.counters.queries == asked.count)
                return
            }
        }
        Issue.record("seed \(seed): the lookup does not end")
    }

    private static let pool = Result {
        var fixtures = RoutingFixtures(seed: 77)
        return try fixtures.records(150)
    }

    @Test func endsAtOnceWithoutSeeds() throws {
        var fixtures = RoutingFixtures(seed: 1)
        var search = Lookup(target: fixtures.key(), own: fixtures.key(), seeds: [])
        guard case .finished(let result) = search.next(at: .zero, patience: { _ in LookupPatience(.zero) }) else {
            Issue.record("nothing to ask and yet not finished")
            return
        }
        #expect(result.closest.isEmpty && result.end == .complete && result.counters.queries == 0)
    }

    @Test func ignoresClientsAndItself() throws {
        var fixtures = RoutingFixtures(seed: 2)
        let own = try fixtures.record()
        let client = try RoutingFixtures.record(fixtures.identity(), roles: [])
        let target = fixtures.key()
        var search = Lookup(target: target, own: own.key, seeds: [own, client])
        guard case .finished = search.next(at: .zero, patience: { _ in LookupPatience(.zero) }) else {
            Issue.record("asked itself or a client")
            return
        }
    }

    @Test func ignoresContactsThatLeadAway() throws {
        var fixtures = RoutingFixtures(seed: 3)
        let target = fixtures.key()
        let sorted = try fixtures.records(60).nearest(to: target, count: 60)
        var search = Lookup(target: target, own: fixtures.key(), seeds: Array(sorted[0..<20]), paths: 1)
        var asked = 0
        while case .query(let record, let key) = search.next(at: .zero, patience: { _ in LookupPatience(.seconds(1)) })
        {
            asked += 1
            search.answered(record.key, about: key, with: Array(sorted[20...]))
        }
        #expect(asked == 20)
    }

    @Test func takesOnlySoManyContactsOfAnAnswer() throws {
        var fixtures = RoutingFixtures(seed: 4)
        let target = fixtures.key()
        let sorted = try fixtures.records(60).nearest(to: target, count: 60)
        var search = Lookup(target: target, own: fixtures.key(), seeds: [sorted[59]], paths: 1)
        guard case .query = search.next(at: .zero, patience: { _ in LookupPatience(.seconds(1)) }) else { return }
        search.answered(sorted[59].key, about: target, with: Array(sorted[39..<59]) + Array(sorted[0..<39]))
        guard case .query(let next, _) = search.next(at: .zero, patience: { _ in LookupPatience(.seconds(1)) }) else {
            Issue.record("nobody to ask")
            return
        }
        #expect(next == sorted[39])
    }

    @Test func aLateAnswerStillCounts() throws {
        var fixtures = RoutingFixtures(seed: 5)
        let target = fixtures.key()
        let sorted = try fixtures.records(3).nearest(to: target, count: 3)
        var search = Lookup(target: target, own: fixtures.key(), seeds: [sorted[1], sorted[2]])
        var timeouts: [TimeSpan] = [.seconds(1), .seconds(9)]
        for _ in 0..<2 { _ = search.next(at: .zero) { _ in LookupPatience(timeouts.removeFirst()) } }
        guard case .wait(let deadline) = search.next(at: .zero + .seconds(1), patience: { _ in LookupPatience(.zero) })
        else {
            Issue.record("the second query is still waiting")
            return
        }
        #expect(deadline == .zero + .seconds(9))
        #expect(search.parallelism == 5)
        search.answered(sorted[1].key, about: target, with: [sorted[0]])
        guard
            case .query(let next, _) = search.next(
                at: .zero + .seconds(2), patience: { _ in LookupPatience(.seconds(1)) })
        else {
            Issue.record("the late answer named somebody nearer")
            return
        }
        #expect(next == sorted[0])
    }

    /// A peer that was silent for as long as peers are asked is not waited for, and found if it speaks before the end.
    @Test(arguments: [true, false]) func theSilentAreNotWaitedFor(speaks: Bool) throws {
        var fixtures = RoutingFixtures(seed: 13)
        let target = fixtures.key()
        let sorted = try fixtures.records(2).nearest(to: target, count: 2)
        var search = Lookup(target: target, own: fixtures.key(), seeds: sorted)
        let patience = { (_: ContactRecord) in LookupPatience(.seconds(9)) }
        for _ in 0..<2 { _ = search.next(at: .zero, patience: patience) }
        search.silent(sorted[0].key)
        #expect(search.waiting == 1 && search.counters.timeouts == 1)
        if speaks { search.answered(sorted[0].key, about: target, with: []) }
        search.answered(sorted[1].key, about: target, with: [])
        guard case .finished(let result) = search.next(at: .zero + .seconds(1), patience: patience) else {
            Issue.record("nobody is left to wait for")
            return
        }
        #expect(result.closest == (speaks ? sorted : [sorted[1]]))
    }

    @Test func stopsAtItsLimitOfQueries() throws {
        var fixtures = RoutingFixtures(seed: 6)
        let target = fixtures.key()
        let sorted = try fixtures.records(40).nearest(to: target, count: 40)
        var settings = LookupSettings()
        settings.queries = 5
        var search = Lookup(target: target, own: fixtures.key(), seeds: sorted, settings: settings)
        for _ in 0..<5 {
            guard
                case .query(let record, let key) = search.next(
                    at: .zero, patience: { _ in LookupPatience(.seconds(1)) })
            else {
                Issue.record("stopped early")
                return
            }
            search.answered(record.key, about: key, with: [])
        }
        guard case .finished(let result) = search.next(at: .zero, patience: { _ in LookupPatience(.seconds(1)) }) else {
            Issue.record("went beyond its limit")
            return
        }
        #expect(result.end == .queryLimit)
        #expect(result.closest == Array(sorted[0..<5]))
    }

    @Test func looksBeyondDeadPeers() throws {
        var fixtures = RoutingFixtures(seed: 7)
        let target = fixtures.key()
        let sorted = try fixtures.records(60).nearest(to: target, count: 60)
        var search = Lookup(target: target, own: fixtures.key(), seeds: [sorted[19]])
        var keys: Set<NodeKey> = []
        for _ in 0..<1_000 {
            switch search.next(at: .zero, patience: { _ in LookupPatience(.seconds(1)) }) {
            case .query(let record, let key):
                keys.insert(key)
                let isDead = sorted.prefix(10).contains(record)
                guard !isDead else {
                    search.failed(record.key)
                    continue
                }
                search.answered(record.key, about: key, with: sorted.nearest(to: key, count: 20))
            case .wait, .retry:
                Issue.record("nothing is on its way")
                return
            case .finished(let result):
                #expect(result.closest == Array(sorted[10..<30]))
                #expect(result.counters.failures == 10)
                #expect(keys.contains(target) && keys.count > 1)
                return
            }
        }
        Issue.record("the lookup does not end")
    }

    @Test func countsDistances() throws {
        func distance(_ words: (UInt64, UInt64, UInt64, UInt64)) -> NodeKey.Distance {
            NodeKey.Distance(bytes: Bytes32(bigEndian: words))
        }
        #expect(distance((0, 0, 0, 0)).successor == distance((0, 0, 0, 1)))
        #expect(distance((1, .max, .max, .max)).successor == distance((2, 0, 0, 0)))
        #expect(distance((1, 5, .max, .max)).successor == distance((1, 6, 0, 0)))
        #expect(distance((.max, .max, .max, .max)).successor == nil)
        #expect(distance((8, 8, 8, 8)).filled(after: 256) == distance((8, 8, 8, 8)))
        #expect(distance((8, 8, 8, 8)).filled(after: 128) == distance((8, 8, .max, .max)))
        #expect(distance((8, 8, 8, 8)).filled(after: 124) == distance((8, 15, .max, .max)))
        #expect(distance((8, 8, 8, 8)).filled(after: 0) == distance((.max, .max, .max, .max)))
        #expect(distance((1 << 63, 0, 0, 0)).fraction == 0.5)
    }
}
