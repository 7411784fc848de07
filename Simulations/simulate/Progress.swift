import Overlay
import Simulator

/// What is shown while a run goes on, if anybody looks.
struct Progress {
    private static let interval = Duration.milliseconds(200)

    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let isShown = Console.hasViewer
    private let duration: TimeSpan
    private var lastShown: ContinuousClock.Instant
    private var lastEvents: UInt64 = 0

    init(duration: TimeSpan) {
        self.duration = duration
        start = clock.now
        lastShown = start
    }

    mutating func show(_ world: World) {
        guard isShown else { return }
        let now = clock.now
        let passed = now - lastShown
        guard passed >= Self.interval else { return }
        let rate = (world.eventCount - lastEvents).perSecond(in: passed)
        Console.status("\(world.now) of \(duration.secondsText), \(world.eventCount) events, \(rate) events/s")
        lastShown = now
        lastEvents = world.eventCount
    }

    /// Clears the line and says how long everything took.
    func finish() -> Duration {
        if isShown { Console.status("") }
        return clock.now - start
    }
}

extension UInt64 {
    /// This many in a length of time, as a rate; whole, rounded down.
    func perSecond(in duration: Duration) -> UInt64 {
        let microseconds = UInt64(clamping: duration / .microseconds(1))
        return self * 1_000_000 / Swift.max(microseconds, 1)
    }
}

extension Duration {
    fileprivate static func / (left: Duration, right: Duration) -> Int64 {
        let attoseconds = right.components.attoseconds
        guard attoseconds > 0 else { return 0 }
        let perSecond = 1_000_000_000_000_000_000 / attoseconds
        return left.components.seconds * perSecond + left.components.attoseconds / attoseconds
    }

    var milliseconds: UInt64 {
        UInt64(clamping: components.seconds) * 1_000 + UInt64(clamping: components.attoseconds / 1_000_000_000_000_000)
    }
}
