import Overlay
import Testing

@testable import Simulator

@Suite struct StreamPathTests {
    private static let now = VirtualTime(nanoseconds: 5_000_000_000)

    private static func model(loss: Ratio, jitterPercent: UInt64 = 0, bursts: BurstLoss? = nil) throws -> NetworkModel {
        var plan = Plan(seed: 3, nodes: 2, duration: .seconds(1))
        plan.latency = .uniform(SpanRange(.milliseconds(50), .milliseconds(50)))
        plan.loss = loss
        plan.jitterPercent = jitterPercent
        plan.burstLoss = bursts
        return try NetworkModel(plan)
    }

    private static func path(_ model: NetworkModel) -> StreamPath {
        StreamPath(from: NodeIndex(0), to: NodeIndex(1), of: 77, isReturn: false, in: model)
    }

    @Test func takesTheLatencyWithoutLoss() throws {
        let model = try Self.model(loss: .never)
        var path = Self.path(model)
        #expect(path.delay(of: 10, isFirst: false, at: Self.now, in: model) == .milliseconds(50))
        #expect(path.delay(of: 100_000, isFirst: false, at: Self.now, in: model) == .milliseconds(50))
        let late = Impairment(delay: .milliseconds(30))
        #expect(path.delay(of: 10, isFirst: false, at: Self.now, in: model, under: late) == .milliseconds(80))
        #expect(MemoryLayout<StreamPath>.size <= 32)
    }

    @Test func lossDelaysByTimeoutsThatDouble() throws {
        let model = try Self.model(loss: Ratio(1, 1))
        var path = Self.path(model)
        // Every transmission but the last of twelve is lost; the timeout is a round trip and 200 ms.
        let later = (0..<11).reduce(TimeSpan.zero) { sum, doublings in sum + .milliseconds(300) * (1 << doublings) }
        #expect(path.delay(of: 10, isFirst: false, at: Self.now, in: model) == .milliseconds(50) + later)
        let first = (0..<11).reduce(TimeSpan.zero) { sum, doublings in sum + .seconds(1) * (1 << doublings) }
        #expect(path.delay(of: 10, isFirst: true, at: Self.now, in: model) == .milliseconds(50) + first)
        #expect(path.retransmission == .milliseconds(300))
    }

    /// Alone, a lost packet costs a timeout; with followers, a round trip.
    @Test func longMessagesRecoverFaster() throws {
        let model = try Self.model(loss: Ratio(1, 50))
        var path = Self.path(model)
        let alone = Set((0..<400).map { _ in path.delay(of: 10, isFirst: false, at: Self.now, in: model) })
        #expect(alone.contains(.milliseconds(350)) && !alone.contains(.milliseconds(150)))
        let long = Set((0..<400).map { _ in path.delay(of: 14_280, isFirst: false, at: Self.now, in: model) })
        #expect(long.contains(.milliseconds(150)) && long.contains(.milliseconds(350)))
    }

    @Test func faultsLoseOnTopAndChangeNoOtherDraw() throws {
        let model = try Self.model(loss: Ratio(1, 20), jitterPercent: 10)
        var (plain, troubled) = (Self.path(model), Self.path(model))
        let pairs = (0..<2_000).map { _ in
            (
                plain.delay(of: 10, isFirst: false, at: Self.now, in: model),
                troubled.delay(of: 10, isFirst: false, at: Self.now, in: model, under: Impairment(loss: Ratio(1, 4)))
            )
        }
        #expect(pairs.allSatisfy { $0 <= $1 && $0 >= model.floor })
        // Lost once or more: 1 - 0.95·0.75 instead of 0.05, within five standard deviations.
        #expect(abs(pairs.count { $0.0 >= .milliseconds(350) } - 100) < 50)
        #expect(abs(pairs.count { $0.1 >= .milliseconds(350) } - 575) < 102)
        // The others take exactly as long as without the fault.
        #expect(pairs.allSatisfy { $0.1 >= .milliseconds(350) || $0.0 == $0.1 })
    }

    @Test func wiresAndDirectionsHaveFatesOfTheirOwn() throws {
        let model = try Self.model(loss: Ratio(1, 5), jitterPercent: 10)
        func delays(_ wire: UInt64, _ isReturn: Bool) -> [TimeSpan] {
            var path = StreamPath(from: NodeIndex(0), to: NodeIndex(1), of: wire, isReturn: isReturn, in: model)
            return (0..<20).map { _ in path.delay(of: 10, isFirst: false, at: Self.now, in: model) }
        }
        #expect(delays(1, false) == delays(1, false))
        #expect(delays(1, false) != delays(1, true))
        #expect(delays(1, false) != delays(2, false))
    }
}

@Suite struct BurstLossTests {
    private static let bursts = BurstLoss(badShare: Ratio(1, 10), meanBad: .milliseconds(200), loss: Ratio(1, 2))

    /// The time series of one direction, in steps of a slot.
    private static func states(_ count: Int) throws -> [Bool] {
        let chain = try BurstChain(bursts)
        let draws = Draws(seed: 5)
        return (0..<count).map { chain.isBad(12, at: VirtualTime(nanoseconds: UInt64($0) * 50_000_000), draws: draws) }
    }

    @Test func isBadForItsShareAndAsLongAsItSays() throws {
        let states = try Self.states(200_000)
        let bad = states.count { $0 }
        #expect(abs(bad - 20_000) < 1_500)
        let bursts = zip(states, states.dropFirst()).count { !$0 && $1 }
        // Four slots of 50 ms on average.
        #expect(abs(Double(bad) / Double(bursts) - 4) < 0.3)
        let lengthens = zip(states, states.dropFirst()).count { $0 && $1 }
        #expect(abs(Double(lengthens) / Double(bad) - 0.75) < 0.02)
    }

    @Test func losesOnlyInBadTimes() throws {
        let chain = try BurstChain(Self.bursts)
        let draws = Draws(seed: 5)
        var lost = 0
        for number in 0..<100_000 {
            let now = VirtualTime(nanoseconds: UInt64(number) * 7_000_000)
            guard
                chain.loses(
                    9, transmission: UInt64(number), from: NodeIndex(6), to: NodeIndex(2), at: now, draws: draws)
            else { continue }
            lost += 1
            #expect(chain.isBad(12, at: now, draws: draws) || chain.isBad(5, at: now, draws: draws))
        }
        // Half of the 19 % in which either end is badly off.
        #expect(abs(lost - 9_500) < 1_300)
    }

    @Test func refusesWhatIsNoChain() throws {
        var plan = Plan(seed: 1, nodes: 2, duration: .seconds(1))
        let often = BurstLoss(badShare: Ratio(4, 5), meanBad: .seconds(1), loss: Ratio(1, 2))
        plan.burstLoss = often
        #expect(throws: NetworkError.burst(often)) { try NetworkModel(plan) }
        plan.burstLoss = BurstLoss(badShare: Ratio(1, 5), meanBad: .zero, loss: Ratio(1, 2))
        #expect(throws: NetworkError.self) { try NetworkModel(plan) }
    }
}
