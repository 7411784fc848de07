import Overlay

/// Random numbers by name instead of by turn: each is a function of (seed, stream, subject, counter) and of nothing else.
///
/// A shared generator would give every node other numbers as soon as one node drew once more or less. Here a node, a
/// link or a fault can be taken out of a world and all the others still meet the same fate, which is what makes a
/// failure reproducible in a smaller world.
public struct Draws: Hashable, Sendable {
    public let seed: UInt64

    public init(seed: UInt64) {
        self.seed = seed
    }

    /// 64 random bits.
    public func word(_ stream: DrawStream, of subject: UInt64, _ counter: UInt64 = 0) -> UInt64 {
        Self.mix(Self.mix(Self.mix(seed &+ stream.rawValue &* 0xd1b5_4a32_d192_ed03) ^ subject) ^ counter)
    }

    /// A number below `bound`. The bias of the multiply-shift is below `bound` / 2⁶⁴.
    /// - Precondition: `bound` is not zero.
    public func below(_ bound: UInt64, _ stream: DrawStream, of subject: UInt64, _ counter: UInt64 = 0) -> UInt64 {
        precondition(bound > 0, "an empty range has no random element")
        return word(stream, of: subject, counter).multipliedFullWidth(by: bound).high
    }

    /// Whether something happens that happens as often as `ratio` says.
    public func happens(_ ratio: Ratio, _ stream: DrawStream, of subject: UInt64, _ counter: UInt64 = 0) -> Bool {
        below(ratio.denominator, stream, of: subject, counter) < ratio.numerator
    }

    /// A span from `range`, both ends included.
    public func span(
        in range: SpanRange, _ stream: DrawStream, of subject: UInt64, _ counter: UInt64 = 0
    ) -> TimeSpan {
        let width = range.longest.nanoseconds - range.shortest.nanoseconds
        guard width < .max else { return TimeSpan(nanoseconds: word(stream, of: subject, counter)) }
        let offset = below(width + 1, stream, of: subject, counter)
        return TimeSpan(nanoseconds: range.shortest.nanoseconds + offset)
    }

    /// Bytes for a seed.
    public func bytes(_ count: Int, _ stream: DrawStream, of subject: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let word = word(stream, of: subject, UInt64(bytes.count))
            for shift in 0..<min(8, count - bytes.count) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift * 8)))
            }
        }
        return bytes
    }

    /// The finaliser of SplitMix64 (Steele, Lea and Flood 2014) behind a step of its sequence.
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
