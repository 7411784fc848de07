/// Bytes that were written to a stream and have not left yet, and whether their writer was told to pause.
struct Backpressure: Hashable, Sendable {
    private(set) var unsent = 0
    private(set) var isPaused = false

    /// Counts bytes in. True when the writer has to pause.
    mutating func wrote(_ count: Int, highWater: Int) -> Bool {
        unsent += count
        if unsent > highWater { isPaused = true }
        return isPaused
    }

    /// Counts bytes out. True when a paused writer may go on.
    mutating func sent(_ count: Int, lowWater: Int) -> Bool {
        unsent = max(0, unsent - count)
        guard isPaused, unsent <= lowWater else { return false }
        isPaused = false
        return true
    }
}
