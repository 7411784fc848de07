import Overlay
import Testing

@testable import Simulator

@Suite struct DeterminismTests {
    private func hash(seed: UInt64, slice: TimeSpan = .seconds(8)) throws -> String {
        var run = try Run(Plan(seed: seed, nodes: 6, duration: .seconds(8)))
        while !run.isDone { run.advance(by: slice) }
        return run.world.traceHash
    }

    @Test func sameSeedSameTrace() throws {
        #expect(try hash(seed: 7) == hash(seed: 7))
    }

    @Test func otherSeedOtherTrace() throws {
        #expect(try hash(seed: 7) != hash(seed: 8))
    }

    @Test func pausesChangeNothing() throws {
        #expect(try hash(seed: 7) == hash(seed: 7, slice: .milliseconds(37)))
    }

    @Test func hashesTellOrderAndContentApart() {
        func hash(_ entries: [(UInt64, Int, UInt64)]) -> String {
            var traces = (0..<3).map { Trace(of: NodeIndex($0)) }
            for (time, node, content) in entries {
                traces[node].note(.message, at: VirtualTime(nanoseconds: time), content: content)
            }
            return Trace.hash(traces)
        }
        let base = hash([(1, 1, 1), (2, 1, 2), (2, 2, 2)])
        #expect(base.count == 16)
        // The order among nodes is nobody's business.
        #expect(base == hash([(2, 2, 2), (1, 1, 1), (2, 1, 2)]))
        let others: [[(UInt64, Int, UInt64)]] = [
            [(2, 1, 2), (1, 1, 1), (2, 2, 2)], [(1, 1, 1), (2, 2, 2)], [(1, 1, 1), (2, 1, 3), (2, 2, 2)],
            [(1, 1, 1), (3, 1, 2), (2, 2, 2)], [(1, 2, 1), (2, 2, 2), (2, 1, 2)],
        ]
        for other in others { #expect(base != hash(other)) }
    }

    @Test func digestsTellLengthsApart() {
        var seen: Set<UInt64> = []
        for length in 0..<64 {
            var bytes = Bytes()
            bytes.writeRepeatingByte(0, count: length)
            seen.insert(Digest64.of(bytes))
        }
        #expect(seen.count == 64)
    }

    /// What one node is and meets does not change when others are left out.
    @Test func drawsSurviveASmallerWorld() throws {
        let large = try World(Plan(seed: 3, nodes: 8, duration: .seconds(1)))
        var plan = Plan(seed: 3, nodes: 8, duration: .seconds(1))
        plan.absent = [NodeIndex(0), NodeIndex(5)]
        let small = try World(plan)
        let rest = large.nodes.filter { !plan.absent.contains($0.index) }
        #expect(small.nodes.map(\.peer.id) == rest.map(\.peer.id))
        #expect(small.nodes.map(\.clock) == rest.map(\.clock))
    }

    /// The same world in one part and in two; lossy and with everything that users do.
    @Test(arguments: [1, 2] as [UInt64])
    func partsChangeNothing(seed: UInt64) throws {
        print("seed \(seed)")
        func outcome(threads: Int) throws -> RunOutcome {
            var plan = Plan(seed: seed, nodes: 9, duration: .seconds(12))
            plan.threads = threads
            plan.workloads = [
                Workload(.lookup, 4, per: .seconds(1), from: .seconds(6), until: .seconds(11)),
                Workload(.update, 1, per: .seconds(1), from: .seconds(6), until: .seconds(11)),
                Workload(.request(bytes: 1_000), 1, per: .seconds(1), from: .seconds(6), until: .seconds(11)),
            ]
            plan.faults = [
                PlannedFault(.crash(.kept), of: .list([NodeIndex(4)]), from: .seconds(7), until: .seconds(9)),
                PlannedFault(.partition, of: .share(Ratio(1, 2), salt: 1), from: .seconds(5), until: .seconds(6)),
            ]
            var run = try Run(plan)
            return run.finish()
        }
        let (one, two) = (try outcome(threads: 1), try outcome(threads: 2))
        #expect(one.digest == two.digest)
        #expect(one.events == two.events)
        #expect(one.figures == two.figures)
        #expect(one.figures["lookup.made"] ?? 0 > 0 && one.figures["requests.success"] != nil)
        #expect(one.series == two.series)
        #expect(one.histograms == two.histograms)
        #expect(one.places == two.places)
        #expect(one.violations.first == two.violations.first)
        #expect(one.violations.first == [])
    }
}
