/// A peer's smoothed round-trip time and its variation (RFC 6298, section 2).
package struct RoundTripEstimate: Hashable, Sendable {
    package private(set) var smoothed: TimeSpan
    private(set) var variation: TimeSpan

    package init(first sample: TimeSpan) {
        smoothed = sample
        variation = sample / 2
    }

    package mutating func note(_ sample: TimeSpan) {
        let (low, high) = (min(smoothed, sample).nanoseconds, max(smoothed, sample).nanoseconds)
        variation = variation * 3 / 4 + TimeSpan(nanoseconds: (high - low) / 4)
        smoothed = smoothed * 7 / 8 + sample / 8
    }

    /// When an answer is overdue.
    package var timeout: TimeSpan { smoothed + variation * 4 }
}

extension RoundTripEstimate? {
    package mutating func note(_ sample: TimeSpan) {
        if self?.note(sample) == nil { self = RoundTripEstimate(first: sample) }
    }
}
