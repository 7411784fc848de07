/// A token bucket in nanoseconds: how much somebody may still ask.
struct Allowance: Sendable {
    private static let nanosecondsPerSecond: UInt64 = 1_000_000_000

    private let cost: UInt64
    private let limit: UInt64
    private var saved: UInt64
    private var updatedAt: Instant

    init(perSecond rate: UInt64, burst: UInt64, at now: Instant) {
        cost = Self.nanosecondsPerSecond / max(rate, 1)
        let (product, overflow) = cost.multipliedReportingOverflow(by: max(burst, 1))
        limit = overflow ? .max : product
        saved = limit
        updatedAt = now
    }

    /// What is left, as a share of all that can be saved up: whether somebody comes near their limit.
    func isBelowHalf(at now: Instant) -> Bool {
        let (sum, overflow) = saved.addingReportingOverflow(now.since(updatedAt).nanoseconds)
        return !overflow && sum < limit / 2
    }

    /// Takes one away when there is one.
    mutating func take(at now: Instant) -> Bool {
        let (sum, overflow) = saved.addingReportingOverflow(now.since(updatedAt).nanoseconds)
        saved = overflow ? limit : min(limit, sum)
        updatedAt = max(updatedAt, now)
        guard saved >= cost else { return false }
        saved -= cost
        return true
    }
}
