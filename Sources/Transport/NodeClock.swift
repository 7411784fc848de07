import NIOCore
import Overlay

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The one place that reads clocks for the core.
enum NodeClock {
    static var now: Moment { Moment(instant: instant, wall: wall) }

    static var instant: Instant { Instant(nanoseconds: NIODeadline.now().uptimeNanoseconds) }

    private static var wall: WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let milliseconds = UInt64(clamping: time.tv_sec) * 1_000 + UInt64(clamping: time.tv_nsec) / 1_000_000
        return WallTime(milliseconds: milliseconds)
    }

    static func deadline(_ instant: Instant) -> NIODeadline { .uptimeNanoseconds(instant.nanoseconds) }
}
