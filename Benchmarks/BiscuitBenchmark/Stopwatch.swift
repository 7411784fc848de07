import AllocationCounter

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Processor time of this process, which other work on the machine does not lengthen as it does wall-clock time.
enum Stopwatch {
    static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
    }

    /// Nanoseconds that `body` took.
    static func measure(_ body: () throws -> Void) rethrows -> UInt64 {
        let start = nanoseconds()
        try body()
        return nanoseconds() - start
    }
}

/// Allocations made by a piece of work.
struct Allocations {
    var calls: UInt64
    var bytes: UInt64

    /// `nil` where the platform's allocator cannot be counted.
    static func measure(_ body: () throws -> Void) rethrows -> Allocations? {
        let start = allocation_counter_read()
        try body()
        let end = allocation_counter_read()
        guard allocation_counter_is_available() else { return nil }
        return Allocations(calls: end.calls - start.calls, bytes: end.bytes - start.bytes)
    }
}
