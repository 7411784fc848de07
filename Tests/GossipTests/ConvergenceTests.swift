import Overlay
import Testing

@testable import Gossip

/// Whole meshes in virtual time.
@Suite struct ConvergenceTests {
    /// A ring, so that it is connected, and random chords.
    static func graph(_ count: Int, chords: Int, in world: inout World) {
        for node in 0..<count { world.connect(node, (node + 1) % count) }
        for _ in 0..<chords { world.connect(world.below(count), world.below(count)) }
    }

    static func expectAllEqual(_ world: inout World) {
        var fingerprints: Set<RangeFingerprint> = []
        for index in world.nodes.indices {
            let catalog = world.nodes[index].catalog
            fingerprints.insert(catalog.fingerprint)
            #expect(catalog.entries == world.nodes[0].catalog.entries)
            #expect(Set(catalog.entries.map(\.peer)) == world.listed[index], "what was reported is what is listed")
        }
        #expect(fingerprints.count == 1)
    }

    /// Each node's own entry is in every catalog exactly as it was stated last.
    static func expectTruth(_ world: World, _ stated: [[String]?]) {
        for (index, models) in stated.enumerated() {
            let peer = world.nodes[index].peerID
            for node in world.nodes {
                #expect(node.catalog[peer]?.services.first?.models == models)
            }
        }
    }

    static func expectNothingForwardedTwice(_ world: World) {
        for (what, count) in world.pushes where count > 1 { Issue.record("pushed \(count) times: \(what)") }
    }

    @Test func quietMeshSpreadsAtOnce() {
        var world = World(count: 30, seed: 4)
        Self.graph(30, chords: 30, in: &world)
        world.run(.seconds(5))
        for node in 0..<30 { world.publish(node, ["model-\(node)"]) }
        world.run(.seconds(1))
        Self.expectTruth(world, (0..<30).map { ["model-\($0)"] })
        Self.expectAllEqual(&world)
        Self.expectNothingForwardedTwice(world)
        #expect(world.drops.isEmpty)
        for node in world.nodes { #expect(node.counts.added == 30) }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func allCatalogsBecomeEqualAfterFaults(seed: UInt64) {
        print("convergence seed \(seed)")
        var world = World(count: 12, seed: seed)
        Self.graph(12, chords: 8, in: &world)
        world.faults = World.Faults(lossPerMille: 50 + world.below(250), latency: 1...300)
        var stated: [[String]?] = Array(repeating: nil, count: 12)
        for step in 0..<80 {
            let node = world.below(12)
            switch world.below(10) {
            case 0..<5:
                let models = ["model-\(world.below(20))-\(step)"]
                world.publish(node, models)
                stated[node] = models
            case 5..<7:
                world.withdraw(node)
                stated[node] = nil
            case 7:
                world.disconnect(node, (node + 1) % 12)
            case 8:
                world.connect(world.below(12), world.below(12))
            default:
                world.restart(node, seed: seed + UInt64(step))
                stated[node] = nil
                world.connect(node, world.below(12))
            }
            world.run(.milliseconds(UInt64(world.below(4_000))))
        }
        world.faults = World.Faults()
        Self.graph(12, chords: 0, in: &world)
        world.run(.minutes(4))
        Self.expectTruth(world, stated)
        Self.expectAllEqual(&world)
        Self.expectNothingForwardedTwice(world)
        for reason in world.drops.keys { #expect(!reason.provesMisbehavior, "honest nodes: \(reason)") }
    }

    /// With and without the periodic comparison, so that it is shown to be what repairs.
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func periodicComparisonRepairsWhatWasLost(seed: UInt64) {
        print("repair seed \(seed)")
        func different(_ settings: GossipSettings) -> Int {
            var world = World(count: 10, seed: seed, settings: settings)
            Self.graph(10, chords: 0, in: &world)
            world.run(.seconds(10))
            world.faults.lossPerMille = 700
            for node in 0..<10 { world.publish(node, ["m\(node)"]) }
            world.run(.seconds(20))
            world.faults.lossPerMille = 0
            world.run(.minutes(4))
            return Set(world.nodes.map(\.catalog.fingerprint)).count
        }
        #expect(different(GossipSettings()) == 1)
        var unrepaired = GossipSettings()
        unrepaired.reconciliationInterval = .hours(10)
        #expect(different(unrepaired) > 1)
    }

    @Test func sameSeedSameRun() {
        func trace(_ seed: UInt64) -> [Int] {
            var world = World(count: 8, seed: seed)
            Self.graph(8, chords: 4, in: &world)
            world.faults.lossPerMille = 100
            for node in 0..<8 { world.publish(node, ["m\(node)"]) }
            world.run(.minutes(10))
            return [world.messages, world.bytes]
        }
        #expect(trace(3) == trace(3))
        #expect(trace(3) != trace(4))
    }

    @Test func renewalKeepsEntriesAndSilenceEndsThem() {
        var world = World(count: 4, seed: 9)
        Self.graph(4, chords: 0, in: &world)
        for node in 0..<4 { world.publish(node, ["m\(node)"]) }
        world.run(.hours(5))
        Self.expectTruth(world, (0..<4).map { ["m\($0)"] })
        #expect((9...12).contains(world.nodes[0].counts.published))
        let silent = world.nodes[3].peerID
        for node in 0..<3 { world.disconnect(3, node) }
        world.connect(2, 0)
        world.run(.hours(1) + .seconds(1))
        for node in 0..<3 {
            #expect(world.nodes[node].catalog[silent] == nil)
            #expect(!world.listed[node].contains(silent))
            #expect(world.nodes[node].catalog.liveCount == 3)
        }
    }

    @Test func partitionHeals() {
        var world = World(count: 10, seed: 5)
        for half in [0, 5] { for node in 0..<4 { world.connect(half + node, half + node + 1) } }
        world.run(.seconds(10))
        for node in 0..<10 { world.publish(node, ["m\(node)"]) }
        world.run(.minutes(10))
        #expect(world.nodes[0].catalog.liveCount == 5)
        world.connect(0, 9)
        world.run(.seconds(10))
        Self.expectTruth(world, (0..<10).map { ["m\($0)"] })
        Self.expectAllEqual(&world)
    }

    @Test func restartedNodeIsNotListedForWhatItNoLongerOffers() {
        var world = World(count: 3, seed: 6)
        Self.graph(3, chords: 0, in: &world)
        world.publish(1, ["old"])
        world.run(.seconds(2))
        let snapshot = world.nodes[1].catalog.snapshot
        world.restart(1, seed: 77, snapshot: snapshot)
        #expect(world.nodes[1].catalog.liveCount == 0)
        world.connect(1, 0)
        world.run(.seconds(5))
        Self.expectTruth(world, [nil, nil, nil])
        #expect(world.nodes[1].counts.heardOfSelf > 0)
        world.publish(1, ["new"])
        world.run(.seconds(2))
        Self.expectTruth(world, [nil, ["new"], nil])
    }

    @Test func newcomerFetchesAllAndGivesAll() throws {
        var settings = GossipSettings()
        settings.requestLength = 16
        var world = World(count: 2, seed: 8, settings: settings)
        var snapshot: [[UInt8]] = []
        for number in 0..<300 as Range<UInt64> {
            snapshot.append(entry(by: identity(5_000 + number), contents: try contents(["m\(number)"])).bytes)
        }
        world.restart(0, seed: 1, snapshot: Array(snapshot[..<200]))
        world.restart(1, seed: 2, snapshot: Array(snapshot[150...]))
        #expect(world.nodes[0].catalog.liveCount == 200)
        world.connect(0, 1)
        world.run(.seconds(20))
        #expect(world.nodes[0].catalog.liveCount == 300)
        Self.expectAllEqual(&world)
        #expect(world.nodes[0].counts.intakeRate == 0)
        let before = world.bytes
        world.run(.minutes(10))
        let perNodeAndSecond = Double(world.bytes - before) / 600 / 2
        print("two equal catalogs cost \(perNodeAndSecond) bytes/s per node")
        #expect(perNodeAndSecond < 10)
    }

}
