/// The slots of one wheel of a ``TimingWheel``: the head of a chain each, and a bit that says whether there is one.
struct WheelSlots: Sendable {
    static let bits = 12
    static let mask = UInt64(1 << bits - 1)
    /// No event.
    static let none = UInt32.max

    private var heads = Array(repeating: Self.none, count: 1 << Self.bits)
    private var occupied = Array(repeating: UInt64(0), count: 1 << (Self.bits - 6))

    /// Puts an event before the chain of a slot, whose number is counted around.
    /// - Returns: what was the head of the chain.
    mutating func prepend(_ event: UInt32, to number: UInt64) -> UInt32 {
        let slot = Int(number & Self.mask)
        let head = heads[slot]
        heads[slot] = event
        occupied[slot >> 6] |= 1 << UInt64(slot & 63)
        return head
    }

    /// Takes a whole chain out.
    mutating func take(_ slot: Int) -> UInt32 {
        defer { heads[slot] = Self.none }
        occupied[slot >> 6] &= ~(1 << UInt64(slot & 63))
        return heads[slot]
    }

    /// The first slot from this one on that has events.
    func first(from start: Int) -> Int? {
        guard start < heads.count else { return nil }
        var word = start >> 6
        var rest = occupied[word] & (UInt64.max << UInt64(start & 63))
        while rest == 0 {
            word += 1
            guard word < occupied.count else { return nil }
            rest = occupied[word]
        }
        return word << 6 | rest.trailingZeroBitCount
    }
}
