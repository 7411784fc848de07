/// Makes an input worse.
package struct Mutation: Sendable {
    /// Others to take parts from.
    package var pool: [[UInt8]]
    /// Pieces that mean something where they come to stand.
    package let pieces: [[UInt8]]

    /// Longest input in bytes: somewhat more than any limit on tokens or on messages.
    private static let longest = 90_000
    private static let edges: [UInt8] = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF]
    private static let numbers: [UInt64] = [
        0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x3FFF, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000,
        0xFFFF_FFFF, 0x1_0000_0000, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max,
    ]

    package init(pool: [[UInt8]], pieces: [[UInt8]] = []) {
        self.pool = pool
        self.pieces = pieces
    }

    package func apply(to original: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
        var bytes = original
        for _ in 0..<1 + random.below(random.below(2) == 0 ? 1 : 5) { step(&bytes, &random) }
        if bytes.count > Self.longest { bytes.removeSubrange(Self.longest...) }
        return bytes
    }

    private func step(_ bytes: inout [UInt8], _ random: inout FuzzRandom) {
        let position = random.below(bytes.count + 1)
        let end = min(bytes.count, position + 1 + random.below(random.below(4) == 0 ? 200 : 8))
        switch random.below(13) {
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
        case 10: overwriteNumber(&bytes, at: position, &random)
        case 11: writeVarint(&bytes, at: position, &random)
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

    /// A length, a count or a time at one of its limits, or next to what it was.
    private func overwriteNumber(_ bytes: inout [UInt8], at position: Int, _ random: inout FuzzRandom) {
        let width = [1, 2, 2, 4, 8][random.below(5)]
        guard position + width <= bytes.count else { return }
        let place = position..<position + width
        var number = bytes[place].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch random.below(4) {
        case 0: number &+= 1
        case 1: number &-= 1
        default: number = Self.numbers[random.below(Self.numbers.count)]
        }
        let digits = (0..<width).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
        bytes.replaceSubrange(place, with: random.isOnce(in: 6) ? digits : digits.reversed())
    }

    /// A varint in place of one or before it: at a limit, longer than it has to be, or without an end.
    private func writeVarint(_ bytes: inout [UInt8], at position: Int, _ random: inout FuzzRandom) {
        var varint = Protobuf.varint(Self.numbers[random.below(Self.numbers.count)])
        switch random.below(8) {
        case 0: varint = [UInt8](repeating: 0x80, count: 1 + random.below(12)) + varint
        case 1: varint = [UInt8](repeating: 0xFF, count: 1 + random.below(20))
        default: break
        }
        var end = position
        if random.below(3) > 0 {
            while end < bytes.count, bytes[end] >= 0x80 { end += 1 }
            end = min(end + 1, bytes.count)
        }
        bytes.replaceSubrange(position..<max(position, end), with: varint)
    }
}
