import Overlay

/// One direction of a node's access link: a queue that takes one packet after another, worked out instead of simulated.
/// Eight bytes; the bandwidth is given with each call.
public struct AccessLink: Hashable, Sendable {
    /// What a datagram waits at most before the queue has no room for it: the buffers of access links hold some hundred
    /// milliseconds to seconds (Kreibich and others, Netalyzr, IMC 2010).
    public static let longestWait = TimeSpan.milliseconds(500)

    /// When everything that was sent has passed.
    private var freeAt = VirtualTime.zero

    public init() {}

    /// How long what is sent now waits for what was sent before.
    public func backlog(at now: VirtualTime) -> TimeSpan { freeAt.since(now) }

    /// When a part of a stream has passed; it waits as long as it must.
    /// - Parameters:
    ///   - length: in bytes, headers included.
    ///   - bandwidth: bytes a second; nil is without limit.
    public mutating func pass(_ length: Int, at now: VirtualTime, bandwidth: UInt64?) -> VirtualTime {
        guard let bandwidth else { return now }
        freeAt = max(now, freeAt) + Self.duration(of: length, bandwidth: bandwidth)
        return freeAt
    }

    /// When a datagram has passed; nil when it was dropped because it would have waited too long.
    public mutating func passDatagram(
        _ length: Int, at now: VirtualTime, bandwidth: UInt64?, longestWait: TimeSpan = Self.longestWait
    ) -> VirtualTime? {
        guard bandwidth == nil || backlog(at: now) <= longestWait else { return nil }
        return pass(length, at: now, bandwidth: bandwidth)
    }

    /// Rounded up, so that nothing passes in no time.
    private static func duration(of length: Int, bandwidth: UInt64) -> TimeSpan {
        let rate = max(1, bandwidth)
        let (product, overflow) = UInt64(max(0, length)).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return TimeSpan(nanoseconds: .max) }
        return TimeSpan(nanoseconds: product / rate + (product % rate == 0 ? 0 : 1))
    }
}
