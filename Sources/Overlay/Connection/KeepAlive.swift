/// Pings of the yamux session when nothing has come for a while, and when somebody wants to know at once: they show that the
/// other side still answers, and measure the round trip. A ping of the other side shows as much, so on an idle connection only
/// one side pings: see ``ConnectionSettings/keepAliveLag``.
struct KeepAlive: Sendable {
    private enum State {
        /// The last ping was answered then; never yet when nil.
        case idle(since: Instant?)
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

    /// A node that wakes so late does not blame the other side; for as long the other side's answer may still be read.
    private static let lateness = TimeSpan.milliseconds(500)

    private let interval: TimeSpan
    private let longestInterval: TimeSpan
    private let timeout: TimeSpan
    private var state: State
    private var lastNumber: UInt32 = 0
    /// When the other side last sent anything. Behind megabytes of a slow upload a ping arrives late, while window
    /// updates keep coming: such a link is busy, not dead.
    private var lastHeard: Instant
    /// Smoothed over the last pings, with a weight of 1/8 for the newest (RFC 6298).
    private(set) var roundTrip: TimeSpan?

    /// The first ping is due at once.
    init(settings: ConnectionSettings, isInitiator: Bool, at now: Instant) {
        interval = settings.keepAliveInterval + (isInitiator ? .zero : settings.keepAliveLag)
        longestInterval = max(interval, settings.longestKeepAliveInterval)
        timeout = settings.keepAliveTimeout
        state = .idle(since: nil)
        lastHeard = now
    }

    mutating func heard(at now: Instant) {
        lastHeard = now
    }

    var deadline: Instant {
        switch state {
        case .idle(nil): lastHeard
        case .idle(let since?): min(max(since, lastHeard) + interval, since + longestInterval)
        case .waiting(_, let since, let patience): max(since, lastHeard) + patience
        }
    }

    mutating func wake(at now: Instant) -> Step {
        guard now >= deadline else { return .nothing }
        guard case .waiting(let number, let since, _) = state else { return ping(patience: timeout, at: now) }
        guard now.since(deadline) <= Self.lateness else {
            // This node had no time itself: the answer may have come and wait to be read.
            state = .waiting(number, since: since, patience: now.since(max(since, lastHeard)) + Self.lateness)
            return .nothing
        }
        return .dead
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
        state = .idle(since: now)
        return sample
    }
}
