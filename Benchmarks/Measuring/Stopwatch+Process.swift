#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Stopwatch {
    /// Processor time of another process in nanoseconds; nil when there is none, or the system does not tell.
    package static func nanoseconds(ofProcess id: Int32) -> UInt64? {
        #if canImport(Glibc)
            var clock = clockid_t()
            var time = timespec()
            guard clock_getcpuclockid(id, &clock) == 0, clock_gettime(clock, &time) == 0 else { return nil }
            return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
        #else
            return nil
        #endif
    }
}
