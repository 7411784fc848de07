import Testing

@testable import Overlay

/// What every lookup keeps to, over drawn networks.
@Suite struct LookupPropertyTests {
    /// In an honest network the nearest are found exactly, by rules that hold at every step.
    @Test func honestNetworksAreSearchedExactly() throws {
        for seed in Seeds.range(40) {
            var random = RandomSource(seed: seed)
            let size = 25 + random.below(276)
            var network = try DrawnNetwork(size: size, random: random)
            var watch = LookupWatch(&network, paths: 1 + network.random.below(16))
            watch.run(in: &network)
            #expect(watch.complaint == nil, "seed \(seed)")
            #expect(watch.result?.end == .complete, "seed \(seed)")
            #expect(watch.result?.closest == watch.expected(in: network), "seed \(seed)")
            #expect(watch.result?.isCrowded == false, "seed \(seed)")
            #expect(watch.result?.counters.timeouts == 0, "seed \(seed)")
        }
    }

    /// The rules hold, too, where nodes are dead and where they lie; nobody is found who is dead.
    @Test func rulesHoldWhateverNodesAre() throws {
        for seed in Seeds.range(40) {
            var random = RandomSource(seed: seed)
            let size = 25 + random.below(176)
            var network = try DrawnNetwork(size: size, random: random)
            network.dead = network.draw(network.random.below(60))
            network.liars = network.draw(network.random.below(60))
            var watch = LookupWatch(&network, paths: 1 + network.random.below(16), networkSize: size)
            watch.run(in: &network)
            #expect(watch.complaint == nil, "seed \(seed)")
            let found = watch.result?.closest.map(\.key) ?? []
            #expect(network.dead.isDisjoint(with: found), "seed \(seed)")
            #expect(Set(found).count == found.count && found.count <= 20, "seed \(seed)")
        }
    }

    /// With half of all nodes lying, more paths find the nearest honest node more often.
    @Test func pathsResistLiars() throws {
        var found = [1: 0, 8: 0]
        let rounds = 30
        for paths in [1, 8] {
            for seed in 1...UInt64(rounds) {
                var network = try DrawnNetwork(size: 200, random: RandomSource(seed: seed))
                network.liars = network.draw(50)
                var watch = LookupWatch(&network, paths: paths)
                watch.run(in: &network)
                let honest = watch.expected(in: network).first { !network.liars.contains($0.key) }
                if let honest, watch.result?.closest.contains(honest) == true { found[paths, default: 0] += 1 }
            }
        }
        print("found on 1 path \(found[1] ?? 0), on 8 paths \(found[8] ?? 0) of \(rounds)")
        #expect(found[8, default: 0] >= found[1, default: 0])
        #expect(found[8, default: 0] >= rounds * 9 / 10)
    }

    /// Forty peers next to the target that name each other do not hide who else is in its region.
    @Test func crowdsAreLookedBehind() throws {
        var fixtures = RoutingFixtures(seed: 12)
        let target = fixtures.key()
        let all = try fixtures.records(1_400)
        let crowd = all.filter { $0.key.commonPrefixLength(with: target) >= 5 }.nearest(to: target, count: 40)
        let honest = Array(all.filter { $0.key.commonPrefixLength(with: target) < 5 }.prefix(200))
        let near = honest.nearest(to: target, count: 10)
        var search = Lookup(
            target: target, own: fixtures.key(), seeds: honest.nearest(to: target, count: 30).suffix(8),
            networkSize: 200)
        for _ in 0..<1_000 {
            guard
                case .query(let record, let key) = search.next(
                    at: .zero, patience: { _ in LookupPatience(.seconds(1)) })
            else { break }
            search.answered(
                record.key, about: key,
                with: crowd.contains(record)
                    ? crowd.nearest(to: key, count: 20) : (crowd + honest).nearest(to: key, count: 20))
        }
        guard case .finished(let result) = search.next(at: .zero, patience: { _ in LookupPatience(.seconds(1)) }) else {
            Issue.record("the lookup does not end")
            return
        }
        #expect(result.isCrowded)
        #expect(result.closest == crowd.nearest(to: target, count: 20))
        let further = Set(result.further.map(\.key))
        #expect(near.count { further.contains($0.key) } >= 3, "\(near.count { further.contains($0.key) }) of 10")
    }
}
