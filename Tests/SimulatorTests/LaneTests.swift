import Overlay
import Testing

@testable import Simulator

@Suite struct LaneTests {
    private static let now = VirtualTime(nanoseconds: 5_000_000_000)

    private func lane(loss: Ratio, jitterPercent: UInt64 = 10, seed: UInt64 = 1) -> Lane {
        var settings = NetworkSettings()
        settings.latency = SpanRange(.milliseconds(50), .milliseconds(50))
        settings.loss = loss
        settings.jitterPercent = jitterPercent
        return Lane(
            Path(
                from: NodeIndex(0), to: NodeIndex(1), of: 77, isReturn: false, settings: settings,
                draws: Draws(seed: seed)))
    }

    private func message(_ length: Int) -> Parcel {
        var bytes = Bytes()
        bytes.writeRepeatingByte(1, count: length)
        return .message(bytes)
    }

    @Test func takesTheLatencyWithoutLoss() {
        var lane = lane(loss: .never, jitterPercent: 0)
        #expect(lane.send(message(10), at: Self.now) == Self.now + .milliseconds(50))
        #expect(lane.send(message(100_000), at: Self.now) == Self.now + .milliseconds(50))
    }

    @Test func lossDelaysByTimeoutsThatDouble() {
        var lane = lane(loss: Ratio(1, 1), jitterPercent: 0)
        // Every transmission but the last of twelve is lost; the timeout is a round trip and 200 ms.
        let expected = (0..<11).reduce(TimeSpan.zero) { sum, doublings in sum + .milliseconds(300) * (1 << doublings) }
        #expect(lane.send(message(10), at: Self.now) == Self.now + .milliseconds(50) + expected)
    }

    @Test func loseMoreWaitLonger() {
        let arrivals = [Ratio.never, Ratio(1, 50), Ratio(1, 5)].map { loss in
            var lane = lane(loss: loss)
            return (0..<2_000).reduce(VirtualTime.zero) { latest, step in
                max(latest, lane.send(message(200), at: VirtualTime(nanoseconds: UInt64(step) * 1_000_000)))
            }
        }
        #expect(arrivals[0] < arrivals[1])
        #expect(arrivals[1] < arrivals[2])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func nothingOvertakes(seed: UInt64) {
        print("seed \(seed)")
        let draws = Draws(seed: seed)
        var lane = lane(loss: Ratio(1, 10), seed: seed)
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
