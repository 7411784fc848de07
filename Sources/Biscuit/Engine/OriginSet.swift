/// A set of blocks and the authorizer, as bits: block `n` is bit `n`, the authorizer bit 63.
struct OriginSet: Hashable, Sendable, BitwiseCopyable {
    var bits: UInt64

    static let none = OriginSet(bits: 0)
    static let authorizer = OriginSet(bits: 1 << 63)
    static let authority = OriginSet(bits: 1)
    static let everything = OriginSet(bits: .max)

    static func block(_ index: Int) -> OriginSet { OriginSet(bits: 1 << UInt64(index & 63)) }

    func union(_ other: OriginSet) -> OriginSet { OriginSet(bits: bits | other.bits) }

    func isSubset(of other: OriginSet) -> Bool { bits & ~other.bits == 0 }

    /// The members, the authorizer first.
    var members: [BlockOrigin] {
        var result: [BlockOrigin] = bits >> 63 == 1 ? [.authorizer] : []
        for index in 0..<TokenLimits.highestMaxBlocks where bits >> UInt64(index) & 1 == 1 {
            result.append(.block(index))
        }
        return result
    }

    /// The only member, for sets of one.
    var member: BlockOrigin {
        self == .authorizer ? .authorizer : .block(bits.trailingZeroBitCount)
    }
}
