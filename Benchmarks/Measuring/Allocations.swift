import AllocationCounter

/// Allocations made by a piece of work.
package struct Allocations: Sendable {
    package var calls: UInt64
    package var bytes: UInt64

    package init(calls: UInt64, bytes: UInt64) {
        self.calls = calls
        self.bytes = bytes
    }

    /// `nil` where the platform's allocator cannot be counted.
    package static func measure(_ body: () throws -> Void) rethrows -> Allocations? {
        let start = allocation_counter_read()
        try body()
        let end = allocation_counter_read()
        guard allocation_counter_is_available() else { return nil }
        return Allocations(calls: end.calls - start.calls, bytes: end.bytes - start.bytes)
    }
}
