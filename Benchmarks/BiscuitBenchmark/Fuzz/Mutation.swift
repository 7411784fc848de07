/// Makes an input worse.
struct Mutation {
    /// Others to take parts from.
    let pool: [[UInt8]]
    /// Pieces that mean something where they come to stand.
    let pieces: [[UInt8]]

    /// Longest input in bytes: somewhat more than any limit on tokens.
    private static let longest = 80_000
    private static let edges: [UInt8] = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF]

    func apply(to original: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
        var bytes = original
        for _ in 0..<1 + random.below(random.below(2) == 0 ? 1 : 5) { step(&bytes, &random) }
        if bytes.count > Self.longest { bytes.removeSubrange(Self.longest...) }
        return bytes
    }

    private func step(_ bytes: inout [UInt8], _ random: inout FuzzRandom) {
        let position = random.below(bytes.count + 1)
        let end = min(bytes.count, position + 1 + random.below(random.below(4) == 0 ? 200 : 8))
        switch random.below(11) {
        case 0 where position < bytes.count: bytes[position] ^= 1 << UInt8(random.below(8))
        case 1 where position < bytes.count: bytes[position] = random.byte()
        case 2 where position < bytes.count: bytes[position] = Self.edges[random.below(Self.edges.count)]
        case 3: bytes.removeSubrange(position..<end)
        case 4: bytes.insert(contentsOf: bytes[position..<end], at: random.below(bytes.count + 1))
        case 5: bytes.insert(contentsOf: (0...random.below(6)).map { _ in random.byte() }, at: position)
        case 6: bytes.insert(contentsOf: random.pick(pieces), at: position)
        case 7: bytes.replaceSubrange(position..<end, with: random.pick(pieces))
        case 8: splice(&bytes, at: position, &random)
        case 9: multiply(&bytes, position..<end, &random)
        default: bytes.removeSubrange(position...)
        }
    }

    /// The beginning of this one with the end of another, or with a part of it in between.
    private func splice(_ bytes: inout [UInt8], at position: Int, _ random: inout FuzzRandom) {
        let other = random.pick(pool)
        let start = random.below(other.count + 1)
        if random.below(2) == 0 {
            bytes.replaceSubrange(position..., with: other[start...])
        } else {
            bytes.insert(contentsOf: other[start..<min(other.count, start + 1 + random.below(64))], at: position)
        }
    }

    /// The same many times, which is what limits are for.
    private func multiply(_ bytes: inout [UInt8], _ range: Range<Int>, _ random: inout FuzzRandom) {
        let part = Array(bytes[range])
        guard !part.isEmpty else { return }
        let times = min(1 + random.below(random.below(8) == 0 ? 2_000 : 50), Self.longest / part.count)
        bytes.insert(contentsOf: (0..<times).flatMap { _ in part }, at: range.upperBound)
    }
}
