/// Pings of the yamux session at regular intervals, and when somebody wants to know at once: they show that the other side
/// still answers, and measure the round trip.
struct KeepAlive: Sendable {
    private enum State {
        /// The next ping goes out at this time.
        case idle(until: Instant)
        /// A ping with this number is out since then, and for so long its answer is waited for.
        case waiting(UInt32, since: Instant, patience: TimeSpan)
    }

    /// What has to be done when the time has come.
    enum Step: Hashable, Sendable {
        case nothing
        case ping(UInt32)
        /// Neither an answer nor anything else in time.
        case dead
    }

    private let interval: TimeSpan
    private let timeout: TimeSpan
    private var state: State
    private var lastNumber: UInt32 = 0
    /// When the other side last sent anything. Behind megabytes of a slow upload a ping arrives late, while window
    /// updates keep coming: such a link is busy, not dead.
    private var lastHeard: Instant
    /// Smoothed over the last pings, with a weight of 1/8 for the newest (RFC 6298).
    private(set) var roundTrip: TimeSpan?

    /// The first ping is due at once.
    init(settings: ConnectionSettings, at now: Instant) {
        interval = settings.keepAliveInterval
        timeout = settings.keepAliveTimeout
        state = .idle(until: now)
        lastHeard = now
    }

    mutating func heard(at now: Instant) {
        lastHeard = now
    }

    var deadline: Instant {
        switch state {
        case .idle(let until): until
        case .waiting(_, let since, let patience): max(since, lastHeard) + patience
        }
    }

    mutating func wake(at now: Instant) -> Step {
        guard now >= deadline else { return .nothing }
        if case .waiting = state { return .dead }
        return ping(patience: timeout, at: now)
    }

    /// Somebody wants to know within `patience` whether the other side still answers. Nothing to do when a ping is out
    /// already: its answer will do, if it comes in that time.
    mutating func check(within patience: TimeSpan, at now: Instant) -> Step {
        switch state {
        case .idle: return ping(patience: min(patience, timeout), at: now)
        case .waiting(let number, let since, let before):
            let whole = now.since(max(since, lastHeard)) + patience
            state = .waiting(number, since: since, patience: min(before, whole))
            return .nothing
        }
    }

    private mutating func ping(patience: TimeSpan, at now: Instant) -> Step {
        lastNumber &+= 1
        state = .waiting(lastNumber, since: now, patience: patience)
        return .ping(lastNumber)
    }

    /// - Returns: the time that the ping took; nil for an answer that nothing asked for.
    mutating func ponged(_ number: UInt32, at now: Instant) -> TimeSpan? {
        guard case .waiting(number, let since, _) = state else { return nil }
        let sample = now.since(since)
        roundTrip = roundTrip.map { $0 * 7 / 8 + sample / 8 } ?? sample
        state = .idle(until: now + interval)
        return sample
    }
}
