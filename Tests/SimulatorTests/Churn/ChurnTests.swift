import Overlay
import Testing

@testable import Simulator

@Suite struct ChurnTests {
    private static func seconds(_ model: Churn.Model, _ share: UInt64) -> UInt64 {
        ChurnTable(model).sessions.value(atThousandth: share) / 1_000_000_000
    }

    /// Scale·(-ln(1 - p))^(1/shape), worked out by hand.
    @Test func weibullQuantiles() {
        #expect((8_688...8_694).contains(Self.seconds(.kad, 500)))
        #expect((50_740...50_840).contains(Self.seconds(.kad, 900)))
        #expect((140_000...141_500).contains(Self.seconds(.kad, 990)))
    }

    @Test func exponentialQuantiles() {
        #expect((83...84).contains(Self.seconds(.bamboo, 500)))
        #expect((278...280).contains(Self.seconds(.bamboo, 900)))
        #expect((556...560).contains(Self.seconds(.bamboo, 990)))
    }

    /// A knot inside a cell of the table is met up to the width of the cell.
    @Test func ipfsQuantiles() {
        #expect(Self.seconds(.ipfs2022, 500) < 7_200)
        #expect((28_700...28_900).contains(Self.seconds(.ipfs2022, 876)))
        #expect((86_300...88_000).contains(Self.seconds(.ipfs2022, 975)))
    }

    /// Of an exponential distribution, what is left is distributed as the whole is.
    @Test func remaindersOfExponentialSessionsAreExponential() {
        let table = ChurnTable(.bamboo)
        let draws = Draws(seed: 4)
        let left = Quantiles(
            (0..<20_000).map {
                table.remainder(
                    of: draws.word(.churn, of: 1, UInt64($0)), within: draws.word(.churn, of: 2, UInt64($0))
                ).milliseconds
            })
        #expect(abs(Int(left.median ?? 0) - 84_000) < 4_500)
        #expect(abs(Int(left.value(atPercent: 90) ?? 0) - 279_000) < 14_000)
    }

    private static func transitions(_ schedule: ChurnSchedule, of node: Int, count: Int) -> [ChurnSchedule.Transition] {
        var position = ChurnSchedule.Position()
        var list: [ChurnSchedule.Transition] = []
        var next = schedule.first(of: NodeIndex(node), at: &position)
        while let transition = next, list.count < count {
            list.append(transition)
            next = schedule.next(of: NodeIndex(node), after: transition.time, at: &position)
        }
        return list
    }

    @Test func alternatesAndMovesOn() {
        let schedule = ChurnSchedule(Churn(.bamboo, from: .seconds(60)), seed: 8)
        let list = Self.transitions(schedule, of: 5, count: 200)
        #expect(list.count == 200)
        #expect(list.enumerated().allSatisfy { $1.comesBack == ($0 % 2 == 1) })
        #expect(zip(list, list.dropFirst()).allSatisfy { $0.time < $1.time })
        #expect(list[0].time > .zero + .seconds(60))
        let cycle = schedule.cycle(1, of: NodeIndex(5))
        #expect(list[2].time.since(list[1].time) == cycle.session)
        #expect(list[3].time.since(list[2].time) == cycle.absence)
    }

    @Test func isTheSameForTheSameSeedAndNodeOnly() {
        let churn = Churn(.kad, from: .zero)
        let list = Self.transitions(ChurnSchedule(churn, seed: 8), of: 5, count: 20)
        #expect(list == Self.transitions(ChurnSchedule(churn, seed: 8), of: 5, count: 20))
        #expect(list != Self.transitions(ChurnSchedule(churn, seed: 9), of: 5, count: 20))
        #expect(list != Self.transitions(ChurnSchedule(churn, seed: 8), of: 6, count: 20))
    }

    @Test func speedsUp() {
        let slow = ChurnSchedule(Churn(.kad, from: .zero), seed: 8)
        let fast = ChurnSchedule(Churn(.kad, speedup: 60, from: .zero), seed: 8)
        for number in 0..<50 as Range<UInt64> {
            let session = slow.cycle(number, of: NodeIndex(3)).session
            #expect(fast.cycle(number, of: NodeIndex(3)).session == max(session / 60, ChurnSchedule.shortest))
        }
        let quick = ChurnSchedule(Churn(.kad, speedup: .max, from: .zero), seed: 8)
        #expect(quick.cycle(0, of: NodeIndex(0)).session == ChurnSchedule.shortest)
    }

    @Test func bringsEverybodyBackAtItsEnd() {
        let end = VirtualTime.zero + .seconds(600)
        let schedule = ChurnSchedule(Churn(.bamboo, from: .zero, until: .seconds(600)), seed: 8)
        for node in 0..<200 {
            let list = Self.transitions(schedule, of: node, count: 10_000)
            #expect(list.allSatisfy { $0.time <= end })
            #expect(list.last?.comesBack ?? true)
        }
    }
}
