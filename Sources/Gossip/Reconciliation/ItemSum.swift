import Overlay

/// The sum of ids modulo 2^256, each read as a little-endian number. Sums of neighbouring ranges can be added and
/// subtracted, which is why fingerprints are made of them.
struct ItemSum: Hashable, Sendable {
    static let zero = ItemSum(words: (0, 0, 0, 0))

    // Least significant first.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    private init(words: (UInt64, UInt64, UInt64, UInt64)) {
        (first, second, third, fourth) = words
    }

    init(_ id: Bytes32) {
        let words = id.bigEndianWords
        self.init(words: (words.0.byteSwapped, words.1.byteSwapped, words.2.byteSwapped, words.3.byteSwapped))
    }

    /// The sum as it goes into a fingerprint: 32 bytes, little-endian.
    var bytes: Bytes32 {
        Bytes32(bigEndian: (first.byteSwapped, second.byteSwapped, third.byteSwapped, fourth.byteSwapped))
    }

    static func + (left: ItemSum, right: ItemSum) -> ItemSum {
        var carry = false
        return ItemSum(
            words: (
                add(left.first, right.first, &carry), add(left.second, right.second, &carry),
                add(left.third, right.third, &carry), add(left.fourth, right.fourth, &carry)
            ))
    }

    static func - (left: ItemSum, right: ItemSum) -> ItemSum {
        // Two's complement: the carry that begins it is the one to be added to the inverted number.
        var carry = true
        return ItemSum(
            words: (
                add(left.first, ~right.first, &carry), add(left.second, ~right.second, &carry),
                add(left.third, ~right.third, &carry), add(left.fourth, ~right.fourth, &carry)
            ))
    }

    private static func add(_ left: UInt64, _ right: UInt64, _ carry: inout Bool) -> UInt64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        let (total, again) = sum.addingReportingOverflow(carry ? 1 : 0)
        carry = overflow || again
        return total
    }
}
