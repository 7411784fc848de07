import Overlay

/// Damaged copies of good bytes.
enum Fuzz {
    /// `bytes` with one to four bits flipped.
    static func flipped(_ bytes: [UInt8], random: inout RandomSource) -> [UInt8] {
        var damaged = bytes
        guard !bytes.isEmpty else { return damaged }
        for _ in 0..<(1 + random.below(4)) {
            damaged[random.below(damaged.count)] ^= 1 << UInt8(random.below(8))
        }
        return damaged
    }

    /// Each of the shorter beginnings.
    static func truncations(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.indices.map { Array(bytes[..<$0]) }
    }
}
