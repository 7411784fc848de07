import Overlay
import Testing

@testable import Simulator

@Suite struct ControlsPartsTests {
    private static let draws = Draws(seed: 11)

    @Test func nearestKeysAreThoseOfACompleteSearch() {
        let keys = (0..<500).map { Self.draws.word(.test, of: $0) }
        let order = KeyOrder(keys)
        for number in 0..<200 as Range<UInt64> {
            let target = Self.draws.word(.test, of: number, 1)
            let isThere = { (node: Int) in node % 3 != Int(number % 3) }
            let expected = keys.indices.filter(isThere).sorted { keys[$0] ^ target < keys[$1] ^ target }.prefix(20)
            #expect(order.nearest(20, to: target, where: isThere) == expected.map { UInt32($0) }, "target \(number)")
        }
        #expect(order.nearest(20, to: 0) { $0 < 7 }.count == 7)
        #expect(KeyOrder([.max, 0]).nearest(1, to: .max) { _ in true } == [0])
    }

    @Test func fixedDelaysComeOutInOrder() {
        var queue = FixedDelayQueue<Int>()
        var out: [Int] = []
        for number in 0..<5_000 {
            queue.push(number, at: VirtualTime(nanoseconds: UInt64(number)))
            if number % 3 == 2, let item = queue.pop() { out.append(item.payload) }
        }
        #expect(queue.nextTime == VirtualTime(nanoseconds: UInt64(out.count)))
        while let item = queue.pop() { out.append(item.payload) }
        #expect(out == Array(0..<5_000) && queue.isEmpty && queue.nextTime == nil)
    }

    @Test(arguments: [(1, 0), (2, 301), (10, 1_000), (999, 2_999), (20_000, 4_301), (4_000_000_000, 9_602)])
    func logarithms(number: Int, thousandths: UInt64) {
        let found = DecimalLogarithm.thousandths(of: number)
        #expect(found <= thousandths && found + 1 >= thousandths)
    }

    @Test func swimsOrderOfNews() {
        typealias View = SWIMViews.View
        #expect(View(.suspect, 3).overrides(View(.alive, 3)) && !View(.alive, 3).overrides(View(.suspect, 3)))
        #expect(View(.alive, 4).overrides(View(.suspect, 3)) && View(.alive, 4).overrides(View(.dead, 3)))
        #expect(View(.dead, 3).overrides(View(.suspect, 3)) && !View(.suspect, 3).overrides(View(.dead, 3)))
        #expect(View(.alive, 0).overrides(.unknown) && !View.unknown.overrides(View(.alive, 0)))
    }

    @Test func newsIsToldLeastToldFirstAndNotForEver() {
        var news = SWIMNews()
        let alive = SWIMViews.View(.alive, 0)
        for member in 0..<4 { news.add(member, alive) }
        var told = Array(repeating: 0, count: 4)
        while !news.isEmpty {
            let items = news.take(3, limit: 2) { $0.member != 3 }
            for item in items { told[Int(item.member)] += 1 }
        }
        #expect(told == [2, 2, 2, 0])
    }

    @Test func fullBucketsKeepWhoIsUseful() {
        // Node 0 has key 0; all others are in its first bucket.
        let ids = [0] + (1..<30).map { UInt64(1) << 63 | UInt64($0) }
        var tables = KademliaTables(ids: ids, bucketSize: 20)
        for peer in 1...20 { tables.note(peer, of: 0, answeredAt: 100, isReplaceable: peer == 5, staleBefore: 0) }
        tables.note(21, of: 0, answeredAt: 100, isReplaceable: false, staleBefore: 0)
        #expect(tables.contains(21, of: 0) && !tables.contains(5, of: 0))
        tables.note(22, of: 0, answeredAt: 100, isReplaceable: false, staleBefore: 0)
        #expect(!tables.contains(22, of: 0) && tables.sizes[0] == 20)
        tables.note(7, of: 0, answeredAt: 900, isReplaceable: false, staleBefore: 0)
        tables.note(22, of: 0, answeredAt: 900, isReplaceable: false, staleBefore: 500)
        #expect(tables.contains(22, of: 0) && tables.contains(7, of: 0) && tables.sizes[0] == 20)
        tables.remove(7, of: 0)
        #expect(!tables.contains(7, of: 0) && tables.sizes[0] == 19)
        let nearest = tables.nearest(to: 1 << 63 | 9, of: 0, except: 9)
        #expect(nearest.count == 18 && !nearest.contains(9))
    }

    @Test func scoresFollowBehaviour() {
        let settings = GossipsubSettings()
        var peer = MeshPeer()
        #expect(peer.score(at: 50, settings) == 0)
        peer.isInMesh = true
        peer.firstDeliveries = 5_000
        #expect(peer.score(at: 120, settings) == 4_264)
        for _ in 0..<6 { peer.punish() }
        #expect(peer.score(at: 120, settings) > 0)
        for _ in 0..<4 { peer.punish() }
        #expect(peer.score(at: 120, settings) < -200_000)
        for _ in 0..<2_000 { peer.fade(settings) }
        #expect(peer.misbehaviour == 0)
    }

    @Test(arguments: ControlSystem.allCases)
    func plansThatCannotBeRunAreRefused(system: ControlSystem) throws {
        var plan = Plan(seed: 1, nodes: 0, duration: .seconds(1))
        #expect(throws: ControlError.self) { try ControlRun(system: system, plan: plan) }
        plan.nodes = 5
        #expect(throws: ControlError.publisherCount(0)) { try ControlRun(system: system, plan: plan) }
        plan.publishers = 5
        plan.bootstraps = 6
        #expect(throws: ControlError.bootstrapCount(6)) { try ControlRun(system: system, plan: plan) }
        plan.bootstraps = 1
        plan.latency = .matrix([[1, 2], [1]])
        #expect(throws: ControlError.network(.matrixRow(1, columns: 1, rows: 2))) {
            try ControlRun(system: system, plan: plan)
        }
        plan.latency = .matrix([[1_000, 40_000], [40_000, 1_000]])
        var run = try ControlRun(system: system, plan: plan)
        #expect(run.finish().virtualTime >= .zero + .seconds(1))
    }

    @Test(arguments: ControlSystem.allCases)
    func runsOfOnePlanAreEqual(system: ControlSystem) throws {
        var plan = ControlPlans.plan(seed: 21, nodes: 24, seconds: 30)
        plan.faults = [
            PlannedFault(.crash(.lost), of: .share(Ratio(1, 4), salt: 1), from: .seconds(12), until: .seconds(20))
        ]
        var whole = try ControlRun(system: system, plan: plan)
        var stepped = whole
        while !stepped.isDone { stepped.advance(by: .milliseconds(700)) }
        let (one, other) = (whole.finish(), stepped.finish())
        print("seed \(plan.seed), \(system): \(one.events) events")
        #expect(one.figures == other.figures && one.series == other.series && one.histograms == other.histograms)
        #expect(one.events == other.events && one.system == system.rawValue && one.places.count == 24)
    }
}

/// Small worlds for the opponents.
enum ControlPlans {
    static func plan(seed: UInt64, nodes: Int, seconds: UInt64) -> Plan {
        var plan = Plan(seed: seed, nodes: nodes, duration: .seconds(seconds))
        plan.loss = .never
        plan.workloads = [
            Workload(.update, 2, per: .seconds(1), from: .seconds(10), until: .seconds(seconds - 5)),
            Workload(.lookup, 3, per: .seconds(1), from: .seconds(10), until: .seconds(seconds - 5)),
        ]
        return plan
    }

    static func outcome(_ system: ControlSystem, _ plan: Plan) throws -> RunOutcome {
        var run = try ControlRun(system: system, plan: plan)
        let outcome = run.finish()
        print("seed \(plan.seed), \(system.rawValue), \(plan.nodes) nodes")
        return outcome
    }
}
