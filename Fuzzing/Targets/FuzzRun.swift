import Mutations

/// One attempt at a target: what it is given, and the random numbers that are left for it.
package struct FuzzInput: Sendable {
    /// Empty for conversations.
    package let bytes: [UInt8]
    var random: FuzzRandom
}

/// Attempts at one target. Every input follows from the seed and the number of its round.
package struct FuzzRun: Sendable {
    package let target: FuzzTarget
    private let seed: UInt64
    private let bytes: Mutation
    private let message: MessageMutation

    private static let longestGarbage = 300

    package init(_ target: FuzzTarget, seed: UInt64) {
        self.target = target
        self.seed = seed
        bytes = Mutation(pool: target.samples, pieces: target.words)
        message = MessageMutation(pool: target.samples, bytes: bytes)
    }

    package func input(of round: UInt64) -> FuzzInput {
        var random = FuzzRandom(seed: seed, round: round)
        let input = make(&random)
        return FuzzInput(bytes: input, random: random)
    }

    package func attempt(_ input: FuzzInput) -> FuzzOutcome {
        var random = input.random
        return target.attempt(input.bytes, &random)
    }

    private func make(_ random: inout FuzzRandom) -> [UInt8] {
        guard target.form != .conversation else { return [] }
        let sample = random.pick(target.samples)
        switch random.below(32) {
        case 0: return sample
        case 1: return random.bytes(random.below(Self.longestGarbage))
        default: break
        }
        guard target.form == .message, !random.isOnce(in: 4) else { return bytes.apply(to: sample, &random) }
        return message.apply(to: sample, &random)
    }
}
