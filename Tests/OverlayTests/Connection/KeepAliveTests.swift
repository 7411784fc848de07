import Testing

@testable import Overlay

/// When a silent peer counts as gone.
@Suite struct KeepAliveTests {
    private let second = TimeSpan.seconds(1)

    private func at(_ seconds: UInt64) -> Instant { .zero + .seconds(seconds) }

    @Test func asksAtIntervals() {
        var keepAlive = KeepAlive(settings: ConnectionSettings(), at: at(0))
        #expect(keepAlive.wake(at: at(0)) == .ping(1))
        #expect(keepAlive.ponged(1, at: at(1)) == second && keepAlive.roundTrip == second)
        #expect(keepAlive.deadline == at(16))
        #expect(keepAlive.wake(at: at(15)) == .nothing)
        #expect(keepAlive.wake(at: at(16)) == .ping(2))
        #expect(keepAlive.ponged(1, at: at(17)) == nil, "an old answer says nothing")
        #expect(keepAlive.ponged(2, at: at(25)) == .seconds(9))
        #expect(keepAlive.roundTrip == .seconds(2), "the newest sample counts an eighth")
    }

    @Test func noticesSilence() {
        var keepAlive = KeepAlive(settings: ConnectionSettings(), at: at(0))
        #expect(keepAlive.wake(at: at(0)) == .ping(1))
        #expect(keepAlive.wake(at: at(9)) == .nothing)
        #expect(keepAlive.wake(at: at(10)) == .dead)
    }

    /// A ping behind a long upload is late while other bytes of the peer keep coming.
    @Test func takesABusyLinkForAlive() {
        var keepAlive = KeepAlive(settings: ConnectionSettings(), at: at(0))
        #expect(keepAlive.wake(at: at(0)) == .ping(1))
        keepAlive.heard(at: at(8))
        #expect(keepAlive.deadline == at(18))
        #expect(keepAlive.wake(at: at(17)) == .nothing)
        #expect(keepAlive.wake(at: at(18)) == .dead)
    }
}
