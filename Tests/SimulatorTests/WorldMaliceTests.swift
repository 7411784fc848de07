import Gossip
import Inference
import Overlay
import Testing

@testable import Simulator

/// Malicious nodes in worlds do what their plan says, and honest ones take nothing wrong from them.
@Suite struct WorldMaliceTests {
    private static let culprit = NodeIndex(5)

    private func run(
        _ behaviour: Behaviour, by nodes: [NodeIndex] = [culprit], nodes count: Int = 8, duration: UInt64 = 40
    ) throws -> Run {
        var plan = Plan(seed: 11, nodes: count, duration: .seconds(duration))
        plan.faults = [PlannedFault(.malice(behaviour), of: .list(nodes), from: .seconds(12))]
        plan.workloads = [Workload(.update, 1, per: .seconds(1), from: .seconds(15), until: .seconds(30))]
        plan.threads = 2
        var run = try Run(plan)
        run.advance(by: .seconds(duration))
        return run
    }

    private func honest(_ run: Run) -> [SimulatedNode] { run.world.nodes.filter { $0.index != Self.culprit } }

    private func refusals(_ run: Run, _ reason: String) -> UInt64 {
        honest(run).flatMap { $0.peer.mesh.counts.refusals }.filter { $0.reason == reason }.reduce(0) { $0 + $1.count }
    }

    @Test func poisonIsRefusedByEverybody() throws {
        var run = try run(.poisoning(perSecond: 8))
        #expect(refusals(run, "forged") > 0)
        #expect(refusals(run, "foreign mesh") > 0)
        #expect(refusals(run, "oversized") > 0)
        #expect(run.finish().violations.first == [])
    }

    @Test func replaysChangeNothing() throws {
        var run = try run(.replay(perSecond: 8))
        #expect(honest(run).contains { $0.peer.mesh.counts.stale + $0.peer.mesh.counts.duplicates > 20 })
        #expect(run.finish().violations.first == [])
    }

    @Test func floodsArriveAndAreDropped() throws {
        var run = try run(.flooding(perSecond: 16))
        #expect(honest(run).contains { $0.peer.counters.dropped.values.reduce(0, +) > 0 })
        #expect(run.finish().violations.first == [])
    }

    @Test func allChooseOneOfTwoTwins() throws {
        var run = try run(.equivocation)
        #expect(run.finish().violations.first == [])
        let culprit = try #require(run.world.nodes.first { $0.index == Self.culprit }).peer.id
        let listed = Set(honest(run).map { $0.peer.mesh.catalog[culprit]?.bytes })
        #expect(listed.count == 1)
    }

    @Test func aBlackHoleSwallows() throws {
        var run = try run(.blackHole)
        #expect(run.world.shards[0].misbehaviors[Self.culprit] != nil)
        let hole = try #require(run.world.nodes.first { $0.index == Self.culprit })
        #expect(hole.sent.total.messages > 0)
        let outcome = run.finish()
        // Catalogs of honest nodes agree though one of their neighbours passes nothing on.
        #expect(outcome.violations.first == [])
    }

    @Test func eclipsersLinkToTheirVictim() throws {
        let crowd = [5, 6, 7].map { NodeIndex($0) }
        var run = try run(.eclipse(victim: NodeIndex(3)), by: crowd)
        let victim = try #require(run.world.nodes.first { $0.index.offset == 3 })
        for node in run.world.nodes where crowd.contains(node.index) {
            #expect(victim.peer.usableLink(to: node.peer.id) != nil)
        }
        #expect(run.finish().violations.first.filter { $0.property != .split } == [])
    }

    @Test func sybilsLieNextToTheirVictim() throws {
        let crowd = [5, 6, 7].map { NodeIndex($0) }
        let run = try run(.sybil(near: NodeIndex(3)), by: crowd, duration: 20)
        let key = NodeKey(run.world.nodes[3].peer.id)
        let closeness = Closeness(run.world.nodes.map { (NodeKey($0.peer.id), $0.index) })
        #expect(Set(closeness.closest(3, to: key, except: NodeIndex(3))) == Set(crowd))
        #expect(run.world.nodes[5].peer.id == run.world.setup.ids[5])
    }

    @Test func misroutersNameEachOther() throws {
        let crowd = [5, 6, 7].map { NodeIndex($0) }
        var run = try run(.misrouting, by: crowd)
        #expect(run.world.shards[0].conspiracy.memberCount(of: Conspiracy.Circle(0)) == 3)
        #expect(run.finish().violations.first.filter { $0.property != .lookupFailed } == [])
    }
}
