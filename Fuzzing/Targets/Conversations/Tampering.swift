import Mutations

/// Changes what is said on its way. Most of it passes, so that conversations get anywhere.
struct Tampering: Sendable {
    private var mutation: Mutation
    /// One piece in so many is changed.
    private let rarity: Int

    /// Pieces of earlier in a conversation that are mixed into later ones.
    private static let remembered = 24

    init(_ random: inout FuzzRandom, pool: [[UInt8]] = []) {
        mutation = Mutation(pool: pool)
        rarity = [2, 4, 8, 16, 64][random.below(5)]
    }

    /// What arrives of a piece: all of it, in several parts, twice, changed, or nothing.
    mutating func pieces(of bytes: [UInt8], _ random: inout FuzzRandom) -> [[UInt8]] {
        if mutation.pool.count < Self.remembered { mutation.pool.append(bytes) }
        guard random.isOnce(in: rarity) else {
            guard random.isOnce(in: 4), bytes.count > 1 else { return [bytes] }
            let cut = 1 + random.below(bytes.count - 1)
            return [Array(bytes[..<cut]), Array(bytes[cut...])]
        }
        return switch random.below(8) {
        case 0: []
        case 1: [bytes, bytes]
        case 2: [random.pick(mutation.pool)]
        default: [mutation.apply(to: bytes, &random)]
        }
    }

    /// The bytes, changed.
    func changed(_ bytes: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
        random.isOnce(in: rarity) ? mutation.apply(to: bytes, &random) : bytes
    }
}
