import CSodium

/// The node's own stream of random numbers: ChaCha20 under a 32-byte seed (RFC 8439 block function, 64-bit counter).
///
/// Cryptographic in quality, so ephemeral keys and nonces may be drawn from it when the seed came from the operating
/// system, and the same in every run when the seed is the same. It is a stored value: nothing in the core asks the
/// system for randomness. Range reduction is its own (Lemire's multiply-shift with rejection), because that of the
/// standard library is not promised to stay the same.
public struct RandomSource: RandomNumberGenerator, Sendable {
    /// Bytes of a seed.
    public static let seedLength = 32
    private static let wordsPerBlock = 8

    private let key: InlineArray<4, UInt64>
    private var counter: UInt64 = 0
    private var block: InlineArray<8, UInt64> = .init(repeating: 0)
    private var used = RandomSource.wordsPerBlock

    /// - Precondition: `seed` has ``seedLength`` bytes.
    public init(seed: [UInt8]) {
        precondition(seed.count == Self.seedLength, "a seed has 32 bytes, not \(seed.count)")
        key = InlineArray { index in
            (0..<8).reduce(UInt64(0)) { $0 | UInt64(seed[index * 8 + $1]) << UInt64($1 * 8) }
        }
    }

    /// A source for simulations and tests, from a number that a person can type.
    public init(seed: UInt64) {
        key = [seed, 0, 0, 0]
    }

    /// A source whose stream is independent of this one's from here on.
    public mutating func fork() -> RandomSource {
        RandomSource(seed: bytes(Self.seedLength))
    }

    public mutating func next() -> UInt64 {
        if used == Self.wordsPerBlock { refill() }
        defer { used += 1 }
        return block[used]
    }

    /// A number below `bound`, each equally likely.
    /// - Precondition: `bound` is not zero.
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "an empty range has no random element")
        let wide = UInt64(bound)
        let threshold = (0 &- wide) % wide
        while true {
            let product = next().multipliedFullWidth(by: wide)
            if product.low >= threshold { return Int(product.high) }
        }
    }

    /// `count` random bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while result.count < count {
            let word = next()
            for shift in 0..<min(8, count - result.count) {
                result.append(UInt8(truncatingIfNeeded: word >> UInt64(shift * 8)))
            }
        }
        return result
    }

    /// A span within `percent` of `span` to either side; spreads timers that would otherwise fire together.
    public mutating func jittered(_ span: TimeSpan, percent: UInt64) -> TimeSpan {
        let width = span.nanoseconds / 100 * min(percent, 100)
        guard width > 0 else { return span }
        let offset = UInt64(below(Int(clamping: width * 2)))
        return TimeSpan(nanoseconds: span.nanoseconds - width + offset)
    }

    /// Fisher–Yates over this source, so that the order is the same in every process.
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, below(last + 1))
        }
    }

    private mutating func refill() {
        let nonce = counter.littleEndian
        counter &+= 1
        var output = InlineArray<8, UInt64>(repeating: 0)
        withUnsafeBytes(of: nonce) { nonceBytes in
            withUnsafeBytes(of: key) { keyBytes in
                withUnsafeMutableBytes(of: &output) { outputBytes in
                    _ = crypto_stream_chacha20(outputBytes.start, 64, nonceBytes.start, keyBytes.start)
                }
            }
        }
        for index in 0..<Self.wordsPerBlock { output[index] = UInt64(littleEndian: output[index]) }
        block = output
        used = 0
    }
}
