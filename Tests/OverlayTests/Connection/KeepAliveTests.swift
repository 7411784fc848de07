import Testing

@testable import Overlay

/// When a silent peer counts as gone.
@Suite struct KeepAliveTests {
    private let second = TimeSpan.seconds(1)

    private func at(_ seconds: UInt64) -> Instant { .zero + .seconds(seconds) }

    @Test func asksAtIntervals() {
        var keepAlive = KeepAlive(settings: ConnectionSettings(), isInitiator: true, at: at(0))
        #expect(keepAlive.wake(at: at(0)) == .ping(1))
        #expect(keepAlive.ponged(1, at: at(1)) == second && keepAlive.roundTrip == second)
        #expect(keepAlive.deadline == at(19))
        #expect(keepAlive.wake(at: at(18)) == .nothing)
        #expect(keepAlive.wake(at: at(19)) == .ping(2))
        #expect(keepAlive.ponged(1, at: at(22)) == nil, "an old answer says nothing")
        #expect(keepAlive.ponged(2, at: at(28)) == .seconds(9))
        #expect(keepAlive.roundTrip == .seconds(2), "the newest sample counts an eighth")
    }

    @Test func noticesSilence() {
        var keepAlive = KeepAlive(settings: ConnectionSettings(), isInitiator: true, at: at(0))
        #expect(keepAlive.wake(at: at(0)) == .ping(1))
        #expect(keepAlive.wake(at: at(9)) == .nothing)
        #expect(keepAlive.wake(at: at(10)) == .dead)
    }

    @Test func askedBeforeItsTime() {
        var keepAlive = KeepAlive(settings: ConnectionSettings(), isInitiator: true, at: at(0))
        _ = keepAlive.wake(at: at(0))
        #expect(keepAlive.ponged(1, at: at(0)) != nil)
        #expect(keepAlive.check(within: .seconds(3), at: at(4)) == .ping(2))
        #expect(keepAlive.deadline == at(7))
        #expect(keepAlive.ponged(2, at: at(5)) == second)
        #expect(keepAlive.deadline == at(23), "answered, it goes on as before")
        #expect(keepAlive.check(within: .seconds(60), at: at(6)) == .ping(3))
        #expect(keepAlive.deadline == at(16), "never more patient than without")
        #expect(keepAlive.wake(at: at(16)) == .dead)
    }

    /// The answer to the ping that is out will do; what else comes counts, too.
    @Test func askedWhileAPingIsOut() {
        var keepAlive = KeepAlive(settings: ConnectionSettings(), isInitiator: true, at: at(0))
        #expect(keepAlive.wake(at: at(0)) == .ping(1))
        #expect(keepAlive.check(within: .seconds(3), at: at(2)) == .nothing)
        #expect(keepAlive.deadline == at(5))
        #expect(keepAlive.check(within: .seconds(60), at: at(3)) == .nothing)
        #expect(keepAlive.deadline == at(5))
        keepAlive.heard(at: at(4))
        #expect(keepAlive.deadline == at(9))
        #expect(keepAlive.wake(at: at(9)) == .dead)
    }

    /// A node that was stopped for a while reads what came meanwhile before it blames anybody.
    @Test func doesNotBlameTheOtherSideForItsOwnSleep() {
        var keepAlive = KeepAlive(settings: ConnectionSettings(), isInitiator: true, at: at(0))
        #expect(keepAlive.wake(at: at(0)) == .ping(1))
        #expect(keepAlive.wake(at: at(30)) == .nothing)
        #expect(keepAlive.deadline == at(30) + .milliseconds(500))
        #expect(keepAlive.wake(at: at(30) + .milliseconds(500)) == .dead)
    }

    /// A ping behind a long upload is late while other bytes of the peer keep coming.
    @Test func takesABusyLinkForAlive() {
        var keepAlive = KeepAlive(settings: ConnectionSettings(), isInitiator: true, at: at(0))
        #expect(keepAlive.wake(at: at(0)) == .ping(1))
        keepAlive.heard(at: at(8))
        #expect(keepAlive.deadline == at(18))
        #expect(keepAlive.wake(at: at(17)) == .nothing)
        #expect(keepAlive.wake(at: at(18)) == .dead)
    }

    @Test func whoHearsSomethingNeedNotAsk() throws {
        var keepAlive = KeepAlive(settings: ConnectionSettings(), isInitiator: true, at: at(0))
        #expect(keepAlive.wake(at: at(0)) == .ping(1))
        #expect(keepAlive.ponged(1, at: at(1)) == second)
        for time in stride(from: 10, through: 120, by: 10) as StrideThrough<UInt64> {
            #expect(keepAlive.wake(at: at(time)) == .nothing)
            keepAlive.heard(at: at(time))
        }
        #expect(keepAlive.deadline == at(121), "the round trip is measured once in a while")
        #expect(keepAlive.wake(at: at(121)) == .ping(2))
    }

    @Test func onAnIdleConnectionOneSidePings() {
        var dialer = KeepAlive(settings: ConnectionSettings(), isInitiator: true, at: at(0))
        var listener = KeepAlive(settings: ConnectionSettings(), isInitiator: false, at: at(0))
        var pings = (dialer: 0, listener: 0)
        for time in 0..<100 as Range<UInt64> {
            if case .ping(let number) = dialer.wake(at: at(time)) {
                pings.dialer += 1
                listener.heard(at: at(time))
                dialer.heard(at: at(time))
                _ = dialer.ponged(number, at: at(time))
            }
            if case .ping(let number) = listener.wake(at: at(time)) {
                pings.listener += 1
                dialer.heard(at: at(time))
                listener.heard(at: at(time))
                _ = listener.ponged(number, at: at(time))
            }
        }
        #expect(pings.dialer == 6 && pings.listener == 1)
    }
}
