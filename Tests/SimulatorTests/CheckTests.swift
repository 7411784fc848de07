import Overlay
import Testing

@testable import Simulator

/// A check that never fails is worth nothing: each is shown what it must not let pass.
@Suite struct CheckTests {
    /// The world is told that nothing was ever published: from then on every change must be reported.
    @Test func aWorldReportsWhatItsLedgerDoesNotKnow() throws {
        var world = try World(Plan(seed: 1, nodes: 3, duration: .seconds(20)))
        world.run(until: .zero + .seconds(10))
        #expect(world.violations.isEmpty)
        try world.offer(2, by: NodeIndex(0))
        for number in world.shards.indices { world.shards[number].witness.ledger = EntryLedger(nodes: 3) }
        world.run(until: .zero + .seconds(20))
        #expect(world.violations.first.contains { $0.property == .forgedEntry })
    }

    @Test func anUnfinishedMeshFails() throws {
        var plan = Plan(seed: 1, nodes: 5, duration: .milliseconds(50))
        plan.joinWindow = .zero
        plan.settleLimit = .zero
        var run = try Run(plan)
        run.advance(by: .milliseconds(50))
        let report = run.finish()
        #expect(report.violations.first.contains { $0.property == .notConverged })
        #expect(report.violations.first.contains { $0.property == .lookupFailed })
        #expect(report.settledAt == nil)
    }

    @Test func keepsTheFirstAndCountsAll() {
        var violations = Violations()
        for _ in 0..<250 { violations.note(Violation(.codec, at: .zero, "")) }
        #expect(violations.count == 250)
        #expect(violations.first.count == Violations.capacity)
    }
}
