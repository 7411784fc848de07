import Overlay
import Testing

@testable import Simulator

@Suite struct VirtualClockTests {
    private static let clock = VirtualClock(origin: .seconds(7), calendar: VirtualClock.epoch)

    private static func at(_ seconds: UInt64) -> VirtualTime { .zero + .seconds(seconds) }

    @Test func runsLikeTimeUntilToldOtherwise() {
        let moment = Self.clock.moment(at: Self.at(10))
        #expect(moment.instant == Instant(nanoseconds: 17_000_000_000))
        #expect(moment.wall == VirtualClock.epoch + .seconds(10))
        #expect(Self.clock.time(of: moment.instant) == Self.at(10))
        #expect(Self.clock.time(of: .distantFuture) == .distantFuture)
        #expect(Self.clock.time(of: .zero) == .zero)
    }

    @Test func driftsFromItsMomentOn() {
        var clock = Self.clock
        clock.drift(by: 200, at: Self.at(100))
        #expect(clock.moment(at: Self.at(100)) == Self.clock.moment(at: Self.at(100)))
        // A thousand seconds on, 200 ppm are 200 ms.
        let moment = clock.moment(at: Self.at(1_100))
        #expect(moment.instant == Instant(nanoseconds: 1_107_200_000_000))
        #expect(moment.wall == VirtualClock.epoch + .milliseconds(1_100_200))
        clock.drift(by: -200, at: Self.at(1_100))
        #expect(clock.moment(at: Self.at(2_100)).wall == VirtualClock.epoch + .seconds(2_100))
    }

    @Test(arguments: [-900_000, -200, -1, 0, 1, 200, 33_333, 900_000] as [Int64], [1, 2] as [UInt64])
    func wakesAtTheFirstMomentThatShowsTheDeadline(drift: Int64, seed: UInt64) {
        print("seed \(seed)")
        var clock = Self.clock
        clock.drift(by: drift, at: VirtualTime(nanoseconds: 123_456_789))
        let draws = Draws(seed: seed)
        for step in 0..<500 {
            let deadline = Instant(nanoseconds: 8_000_000_000 + draws.below(1 << 50, .test, of: 0, UInt64(step)))
            let time = clock.time(of: deadline)
            #expect(clock.moment(at: time).instant >= deadline)
            #expect(clock.moment(at: VirtualTime(nanoseconds: time.nanoseconds - 1)).instant < deadline)
        }
    }

    @Test func manySmallChangesLoseNothingOfTheCalendar() {
        var clock = Self.clock
        for step in 0..<10_000 { clock.drift(by: 0, at: VirtualTime(nanoseconds: UInt64(step) * 333_333)) }
        #expect(clock.moment(at: Self.at(10)) == Self.clock.moment(at: Self.at(10)))
    }

    @Test(
        arguments: [1, 999_999, 1_000_000, 1_500_000, 300_000_000_000, -1, -1_500_000, -86_400_000_000_000] as [Int64])
    func stepsMoveTheCalendarAloneAndUndoThemselves(nanoseconds: Int64) {
        var clock = Self.clock
        clock.drift(by: 50, at: VirtualTime(nanoseconds: 777_777))
        let before = clock.moment(at: Self.at(60))
        clock.step(by: nanoseconds)
        let after = clock.moment(at: Self.at(60))
        #expect(after.instant == before.instant)
        let moved = Int64(after.wall.milliseconds) - Int64(before.wall.milliseconds)
        #expect(abs(moved - nanoseconds / 1_000_000) <= 1)
        clock.step(by: -nanoseconds)
        #expect(clock.moment(at: Self.at(60)) == before)
    }

    @Test func saturates() {
        var clock = Self.clock
        clock.drift(by: .min, at: .zero)
        #expect(clock.drift == -VirtualClock.mostDrift)
        clock.drift(by: .max, at: Self.at(1))
        #expect(clock.moment(at: .distantFuture).instant == .distantFuture)
        clock.step(by: .min)
        #expect(clock.moment(at: Self.at(1)).wall.milliseconds == 0)
    }
}
