import Overlay
import Testing

@testable import Gossip

/// Whole meshes whose nodes keep parts of the catalog, in virtual time.
@Suite struct DividedMeshTests {
    static let able = GossipSettings().abilities

    /// - Parameter capacities: live entries that each node keeps.
    static func world(seed: UInt64, capacities: [Int], isAble: (Int) -> Bool = { _ in true }) -> World {
        var world = World(count: capacities.count, seed: seed) {
            $1.liveCapacity = capacities[$0]
            $1.ttl = .minutes(6)
            // So that no shard is still being filled at the end.
            $1.wideningInterval = .hours(1)
        }
        for node in capacities.indices where isAble(node) { world.abilities[node] = able }
        return world
    }

    /// Each node lists what is in its selection, as its host stated it last, and nothing else but itself.
    static func expectWhatIsSelected(_ world: World, services: [Int: String]) {
        for (index, node) in world.nodes.enumerated() {
            for (host, service) in services {
                let own = world.nodes[host].catalog[world.nodes[host].peerID]
                let listed = node.catalog[world.nodes[host].peerID]
                guard let own else {
                    Issue.record("\(service) does not list itself")
                    continue
                }
                if index == host || node.catalog.selection.contains(own.place) {
                    #expect(listed == own, "node \(index) does not list \(service) of \(host)")
                } else {
                    #expect(listed == nil, "node \(index) lists \(service) of \(host), which it does not keep")
                }
            }
            #expect(Set(node.catalog.entries.map(\.peer)) == world.listed[index], "what was reported is what is listed")
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func everyNodeListsWhatItKeeps(seed: UInt64) throws {
        print("divided mesh seed \(seed)")
        var world = Self.world(seed: seed, capacities: (0..<40).map { $0 % 5 == 0 ? 10_000 : 12 })
        world.connectRandomly(degree: 6)
        world.run(.seconds(5))
        world.faults.lossPerMille = 30
        var services: [Int: String] = [:]
        for step in 0..<100 {
            let host = step < 40 ? step : world.below(40)
            let service = "mcp:tool-\(world.below(30))"
            services[host] = service
            world.publish(host, ["m-\(step)"], as: service)
            world.run(.milliseconds(200 + UInt64(world.below(400))))
        }
        world.faults.lossPerMille = 0
        // What was lost where no neighbour keeps the same comes when it is renewed, after half its life.
        world.run(.minutes(5))
        Self.expectWhatIsSelected(world, services: services)
        let partial = world.nodes.count { $0.catalog.isPartial }
        #expect(partial == 32)
        let whole = world.nodes.filter { !$0.catalog.isPartial }
        #expect(whole.allSatisfy { $0.catalog.liveCount == 40 })
        #expect(world.sent[.narrow, default: 0] > 0 && world.sent[.compareShards, default: 0] > 0)
        #expect(world.drops.keys.allSatisfy { !$0.provesMisbehavior }, "\(world.drops)")
    }

    @Test func whatAnAgentAsksForComesFromNeighbours() throws {
        var world = Self.world(seed: 9, capacities: (0..<40).map { $0 == 0 ? 10_000 : 12 })
        world.connectRandomly(degree: 6)
        world.run(.seconds(5))
        for host in 0..<40 { world.publish(host, ["m"], as: "mcp:tool-\(host)") }
        world.run(.minutes(2))
        // A neighbour of the one that keeps everything.
        let node = try #require((1..<40).first { world.link(between: 0, and: $0) != nil })
        let wanted = try #require(
            (0..<40).first { world.nodes[node].catalog[world.nodes[$0].peerID] == nil })
        world.use(try name("mcp:tool-\(wanted)"), of: wanted, at: node)
        world.run(.minutes(4))
        #expect(world.nodes[node].catalog[world.nodes[wanted].peerID] != nil)
    }

    @Test func aServiceThatMovedIsCorrectedByAComparison() throws {
        // 1 keeps everything; 0 keeps little and misses that 2 now offers something else.
        var world = Self.world(seed: 21, capacities: [6, 10_000] + Array(repeating: 10_000, count: 30))
        for node in 1..<32 { world.connect(1, node) }
        world.connect(0, 1)
        world.run(.seconds(5))
        for host in 2..<32 { world.publish(host, ["m"], as: "mcp:tool-\(host)") }
        world.run(.seconds(30))
        let kept = try #require((2..<32).first { world.nodes[0].catalog[world.nodes[$0].peerID] != nil })
        let elsewhere = try #require(
            (2..<400).map { "mcp:tool-\($0)" }.first { text in
                guard let service = ServiceName(text) else { return false }
                return !world.nodes[0].catalog.selection.shards.contains(ServiceShard(of: service))
            })
        world.disconnect(0, 1)
        world.publish(kept, ["m"], as: elsewhere)
        world.run(.seconds(20))
        world.connect(0, 1)
        world.run(.seconds(20))
        #expect(world.nodes[0].catalog[world.nodes[kept].peerID] == nil, "what moved to another shard is still listed")
    }

    @Test func olderNeighboursAreNotAskedWhatTheyDoNotUnderstand() throws {
        var world = Self.world(seed: 33, capacities: (0..<20).map { $0 < 10 ? 8 : 10_000 }) { $0 < 10 }
        world.connectRandomly(degree: 6)
        world.run(.seconds(5))
        for host in 0..<20 { world.publish(host, ["m"], as: "mcp:tool-\(host)") }
        world.run(.minutes(3))
        for index in 10..<20 {
            let received = world.nodes[index].counts.received
            #expect(received[.narrow] + received[.compareShards] == 0)
            #expect(world.nodes[index].catalog.liveCount == 20)
        }
        #expect(world.nodes[0..<10].allSatisfy { $0.catalog.isPartial })
    }

    @Test func whoNarrowsWithoutEndIsNotFollowed() throws {
        var bench = Bench()
        let neighbor = identity(3)
        bench.up(neighbor, with: Self.able)
        try bench.publish(["m"])
        bench.run(to: 3)
        let session = try #require(bench.sent(to: neighbor).comparison)
        var smaller = ShardSelection.everything
        var messages = 0
        for shard in ShardSet.all.shards {
            smaller.drop(shard)
            bench.receive(.narrow(session: session, smaller), from: neighbor)
            messages += bench.sent(to: neighbor).count
        }
        #expect(messages == 1, "one comparison over less, then no more")
        bench.receive(.narrow(session: session, .everything), from: neighbor)
        #expect(bench.drops.contains(.unexpectedAnswer))
    }
}
