import Overlay
import Testing

@testable import Simulator

@Suite struct DeterminismTests {
    private func hash(seed: UInt64, slice: TimeSpan = .seconds(8)) throws -> String {
        var scenario = try MeshScenario(WorldSettings(seed: seed, nodes: 6), duration: .seconds(8))
        while !scenario.isDone { scenario.advance(by: slice) }
        return scenario.world.trace.hash
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
            var trace = Trace()
            for (time, node, content) in entries {
                trace.note(.message, at: VirtualTime(nanoseconds: time), node: NodeIndex(node), content: content)
            }
            return trace.hash
        }
        let base = hash([(1, 1, 1), (2, 2, 2)])
        #expect(base.count == 32)
        #expect(base == hash([(1, 1, 1), (2, 2, 2)]))
        let others: [[(UInt64, Int, UInt64)]] = [
            [(2, 2, 2), (1, 1, 1)], [(1, 1, 1)], [(1, 1, 1), (2, 2, 3)], [(1, 1, 1), (3, 2, 2)],
            [(1, 1, 1), (2, 1, 2)],
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
        let large = try World(WorldSettings(seed: 3, nodes: 8))
        let small = try World(WorldSettings(seed: 3, nodes: 5))
        #expect(small.nodes.map(\.peer.id) == large.nodes.prefix(5).map(\.peer.id))
        #expect(small.nodes.map(\.clock) == large.nodes.prefix(5).map(\.clock))
    }
}
