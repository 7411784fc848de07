/// One peer in a bucket, in 12 bytes: the table of every node of a large simulation is made of these.
public struct RoutingEntry: Hashable, Sendable {
    /// Ticks of ``roundTrip``'s storage: 100 µs, up to 6.5 s.
    private static let nanosecondsPerTick: UInt64 = 100_000
    private static let nanosecondsPerSecond: UInt64 = 1_000_000_000

    /// The peer.
    public let peer: PeerRef
    private var triedSecond: UInt32
    private var roundTripTicks: UInt16
    /// Failures since the last answer; above zero the peer is a suspect and is not named to others.
    public private(set) var failures: UInt8 = 0
    /// Answers in a row, saturating.
    private(set) var answers: UInt8 = 0

    init(peer: PeerRef, roundTrip: TimeSpan, at now: Instant) {
        self.peer = peer
        triedSecond = Self.second(now)
        roundTripTicks = Self.ticks(roundTrip)
    }

    /// When the peer last answered, failed or began to be checked, in whole seconds of the node's clock.
    public var lastTried: Instant {
        Instant(nanoseconds: UInt64(triedSecond) * Self.nanosecondsPerSecond)
    }

    /// The smoothed round trip, in steps of 100 µs.
    public var roundTrip: TimeSpan { TimeSpan(nanoseconds: UInt64(roundTripTicks) * Self.nanosecondsPerTick) }

    /// Whether the peer answered whatever it was last asked.
    public var isLive: Bool { failures == 0 }

    /// Smooths the round trip over eight answers, as TCP does (RFC 6298).
    mutating func answered(roundTrip: TimeSpan, at now: Instant) {
        triedSecond = Self.second(now)
        roundTripTicks = UInt16(clamping: (UInt64(roundTripTicks) * 7 + UInt64(Self.ticks(roundTrip))) / 8)
        failures = 0
        answers = answers == .max ? .max : answers + 1
    }

    mutating func failed(at now: Instant) {
        triedSecond = Self.second(now)
        failures = failures == .max ? .max : failures + 1
        answers = 0
    }

    /// Notes that a check began, so that the same peer is not due again while it is under way.
    mutating func tried(at now: Instant) {
        triedSecond = Self.second(now)
    }

    /// When the peer is due for a check.
    func nextCheck(_ settings: RoutingSettings) -> Instant {
        guard isLive else {
            let doublings = UInt64(min(failures, 16)) - 1
            return lastTried + settings.retryInterval * (1 << doublings)
        }
        let doublings = UInt64(min(answers, settings.checkDoublings, 16))
        return lastTried + settings.checkInterval * (1 << doublings)
    }

    private static func second(_ instant: Instant) -> UInt32 {
        UInt32(clamping: instant.nanoseconds / nanosecondsPerSecond)
    }

    private static func ticks(_ span: TimeSpan) -> UInt16 {
        UInt16(clamping: span.nanoseconds / nanosecondsPerTick)
    }
}
