/// Random numbers that follow from a seed and a round (SplitMix64).
package struct FuzzRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64, round: UInt64) {
        state = seed &+ round &* 0xD134_2543_DE82_EF95
        _ = next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// From 0 to `bound` - 1; 0 for bounds below 1.
    package mutating func below(_ bound: Int) -> Int { bound < 1 ? 0 : Int.random(in: 0..<bound, using: &self) }

    package mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }

    /// So many random bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] { (0..<max(0, count)).map { _ in byte() } }

    /// True once in so many times on average.
    package mutating func isOnce(in times: Int) -> Bool { below(times) == 0 }

    /// An empty default for an empty choice.
    package mutating func pick<Element>(_ elements: [[Element]]) -> [Element] {
        elements.isEmpty ? [] : elements[below(elements.count)]
    }
}
