/// Which counters of a session have been used (RFC 6479: a bit map that moves along in whole words).
struct ReplayWindow: Sendable {
    /// Counters that may arrive late, in bits. Datagrams of one burst overtake each other by tens, not thousands.
    static let width: UInt64 = 2_048
    private static let words = 32

    private var bits = InlineArray<32, UInt64>(repeating: 0)
    /// One more than the highest counter seen.
    private var end: UInt64 = 0

    /// Whether a packet with this counter could be new. Nothing is noted: only an authentic packet may be.
    func isFresh(_ counter: UInt64) -> Bool {
        guard counter < UInt64.max else { return false }
        if counter >= end { return true }
        // One word is always being emptied, so a little less than the full width is remembered.
        guard end - counter <= Self.width - 64 else { return false }
        return bits[Self.word(counter)] & Self.mask(counter) == 0
    }

    /// The highest counter yet was this one or a higher one.
    func isNewest(_ counter: UInt64) -> Bool { counter >= end }

    /// - Precondition: the counter is fresh.
    mutating func note(_ counter: UInt64) {
        if counter >= end { advance(to: counter) }
        bits[Self.word(counter)] |= Self.mask(counter)
    }

    private mutating func advance(to counter: UInt64) {
        let last = end == 0 ? 0 : (end - 1) / 64
        let moved = min(counter / 64 - last, UInt64(Self.words))
        for step in 0..<moved { bits[Int((counter / 64 - step) % UInt64(Self.words))] = 0 }
        end = counter + 1
    }

    private static func word(_ counter: UInt64) -> Int { Int(counter / 64 % UInt64(words)) }
    private static func mask(_ counter: UInt64) -> UInt64 { 1 << (counter % 64) }
}
