import Overlay
import Testing

@testable import Simulator

@Suite struct LaneTests {
    private static let now = VirtualTime(nanoseconds: 5_000_000_000)

    /// A lane, and the network that it leads through.
    private struct Bench {
        var lane: Lane
        let network: NetworkModel

        init(loss: Ratio, jitterPercent: UInt64 = 10, seed: UInt64 = 1) throws {
            var plan = Plan(seed: seed, nodes: 2, duration: .seconds(1))
            plan.latency = .uniform(SpanRange(.milliseconds(50), .milliseconds(50)))
            plan.loss = loss
            plan.jitterPercent = jitterPercent
            network = try NetworkModel(plan)
            lane = Lane(StreamPath(from: NodeIndex(0), to: NodeIndex(1), of: 77, isReturn: false, in: network))
        }

        mutating func send(
            _ parcel: Parcel, at departure: VirtualTime, under impairment: Impairment = .none
        ) -> VirtualTime {
            lane.send(parcel, at: departure, in: network, under: impairment)
        }
    }

    private func message(_ length: Int) -> Parcel {
        var bytes = Bytes()
        bytes.writeRepeatingByte(1, count: length)
        return .message(bytes)
    }

    @Test func takesTheLatencyWithoutLoss() throws {
        var lane = try Bench(loss: .never, jitterPercent: 0)
        #expect(lane.send(message(10), at: Self.now) == Self.now + .milliseconds(50))
        #expect(lane.send(message(100_000), at: Self.now) == Self.now + .milliseconds(50))
    }

    @Test func lossDelaysByTimeoutsThatDouble() throws {
        var lane = try Bench(loss: Ratio(1, 1), jitterPercent: 0)
        // Every transmission but the last of twelve is lost; the timeout is a round trip and 200 ms.
        let expected = (0..<11).reduce(TimeSpan.zero) { sum, doublings in sum + .milliseconds(300) * (1 << doublings) }
        #expect(lane.send(message(10), at: Self.now) == Self.now + .milliseconds(50) + expected)
    }

    @Test func faultsDelayAndLoseOnTop() throws {
        var lane = try Bench(loss: .never, jitterPercent: 0)
        let delayed = Impairment(delay: .milliseconds(30))
        #expect(lane.send(message(10), at: Self.now, under: delayed) == Self.now + .milliseconds(80))
        var lossy = try Bench(loss: .never, jitterPercent: 0)
        let arrival = lossy.send(message(10), at: Self.now, under: Impairment(loss: Ratio(1, 1)))
        #expect(arrival > Self.now + .milliseconds(350))
    }

    @Test func loseMoreWaitLonger() throws {
        let arrivals = try [Ratio.never, Ratio(1, 50), Ratio(1, 5)].map { loss in
            var lane = try Bench(loss: loss)
            return (0..<2_000).reduce(VirtualTime.zero) { latest, step in
                max(latest, lane.send(message(200), at: VirtualTime(nanoseconds: UInt64(step) * 1_000_000)))
            }
        }
        #expect(arrivals[0] < arrivals[1])
        #expect(arrivals[1] < arrivals[2])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func nothingOvertakes(seed: UInt64) throws {
        print("seed \(seed)")
        let draws = Draws(seed: seed)
        var lane = try Bench(loss: Ratio(1, 10), seed: seed)
        var last = VirtualTime.zero
        var now = Self.now
        for step in 0..<2_000 {
            now = now + .microseconds(draws.below(20_000, .test, of: 0, UInt64(step)))
            let arrival = lane.send(message(Int(draws.below(5_000, .test, of: 1, UInt64(step)))), at: now)
            #expect(arrival >= last)
            #expect(arrival >= now + .milliseconds(50))
            last = arrival
        }
    }
}
