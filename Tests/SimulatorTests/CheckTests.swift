import Overlay
import Testing

@testable import Simulator

/// A check that never fails is worth nothing: each is shown what it must not let pass.
@Suite struct CheckTests {
    private let wall = WallTime(seconds: 1_000)
    private let publisher: PeerID
    private let node = NodeIndex(3)

    init() {
        var random = RandomSource(seed: 1 as UInt64)
        publisher = Identity(random: &random).peerID
    }

    private func listed(
        _ check: inout CatalogCheck, _ bytes: [UInt8], sequence: UInt64, expiry: UInt64 = 2_000
    ) -> [Violation.Property] {
        var found: [Violation] = []
        check.listed(
            bytes, sequence: sequence, expiry: WallTime(seconds: expiry), of: publisher, by: node, wall: wall,
            at: .zero,
            into: &found)
        return found.map(\.property)
    }

    private func unlisted(_ check: inout CatalogCheck) -> [Violation.Property] {
        var found: [Violation] = []
        check.unlisted(publisher, by: node, wall: wall, at: .zero, into: &found)
        return found.map(\.property)
    }

    private func check(published sequences: [UInt64], expiry: UInt64 = 2_000) -> CatalogCheck {
        var check = CatalogCheck()
        for sequence in sequences {
            let expiry = WallTime(seconds: expiry)
            check.ledger.published([UInt8(sequence)], sequence: sequence, expiry: expiry, by: publisher)
        }
        return check
    }

    @Test func passesWhatWasPublished() {
        var check = check(published: [1, 2])
        #expect(listed(&check, [1], sequence: 1) == [])
        #expect(listed(&check, [2], sequence: 2) == [])
        // The same again is how a host comes back that could not be reached.
        #expect(listed(&check, [2], sequence: 2) == [])
    }

    @Test func findsForgedEntries() {
        var check = check(published: [1])
        #expect(listed(&check, [9], sequence: 1) == [.forgedEntry])
        #expect(listed(&check, [1], sequence: 2) == [.forgedEntry])
        var empty = CatalogCheck()
        #expect(listed(&empty, [1], sequence: 1) == [.forgedEntry])
    }

    @Test func findsEntriesThatAreOver() {
        var check = check(published: [1], expiry: 900)
        #expect(listed(&check, [1], sequence: 1, expiry: 900) == [.expiredEntry])
    }

    @Test func findsOlderEntriesAndSuchThatComeBack() {
        var check = check(published: [1, 2])
        #expect(listed(&check, [2], sequence: 2) == [])
        #expect(listed(&check, [1], sequence: 1) == [.rolledBack])

        var withdrawn = self.check(published: [1])
        #expect(listed(&withdrawn, [1], sequence: 1) == [])
        withdrawn.ledger.withdrawn(by: publisher)
        #expect(unlisted(&withdrawn) == [])
        #expect(listed(&withdrawn, [1], sequence: 1) == [.rolledBack])
    }

    @Test func findsEntriesThatAreLost() {
        var live = check(published: [1])
        #expect(unlisted(&live) == [.lostEntry])
        var over = check(published: [1], expiry: 900)
        #expect(unlisted(&over) == [])
    }

    /// The world is told that nothing was ever published: from then on every change must be reported.
    @Test func aWorldReportsWhatItsLedgerDoesNotKnow() throws {
        var world = try World(Plan(seed: 1, nodes: 3, duration: .seconds(20)))
        world.run(until: .zero + .seconds(10))
        #expect(world.violations.isEmpty)
        try world.offer(2, by: NodeIndex(0))
        world.catalogCheck.ledger = Ledger()
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
