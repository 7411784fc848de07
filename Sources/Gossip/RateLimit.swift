import Overlay

/// A token bucket: `burst` at once, then one per `interval`. Sixteen bytes of state, no timer: the time at which the
/// bucket would be full again says how many tokens are missing (the generic cell rate algorithm, ITU-T I.371).
package struct RateLimit: Hashable, Sendable {
    /// When the bucket is full again; in the past when it is.
    private var fullAt = Instant.zero

    package init() {}

    /// Whether `count` tokens are there, without taking them.
    package func allows(_ count: UInt64 = 1, burst: UInt64, interval: TimeSpan, at now: Instant) -> Bool {
        fullAt.since(now) + interval * count <= interval * burst
    }

    /// Takes `count` tokens if they are there.
    package mutating func take(_ count: UInt64 = 1, burst: UInt64, interval: TimeSpan, at now: Instant) -> Bool {
        guard allows(count, burst: burst, interval: interval, at: now) else { return false }
        spend(count, interval: interval, at: now)
        return true
    }

    /// Takes `count` tokens even if they have to be owed.
    package mutating func spend(_ count: UInt64 = 1, interval: TimeSpan, at now: Instant) {
        fullAt = max(fullAt, now) + interval * count
    }

    /// The earliest instant at which one token is there.
    package func available(burst: UInt64, interval: TimeSpan, at now: Instant) -> Instant {
        let missing = (fullAt.since(now) + interval).nanoseconds
        let room = (interval * burst).nanoseconds
        return missing > room ? now + TimeSpan(nanoseconds: missing - room) : now
    }
}
