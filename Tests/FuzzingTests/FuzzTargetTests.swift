import Foundation
import Mutations
import Testing

@testable import Fuzzing

/// A short run of every decoder; the long ones are those of `fuzz run`. `SAMNODE_FUZZ_ROUNDS` sets how many inputs each
/// gets.
@Suite struct FuzzTargetTests {
    private static let seed: UInt64 = 20_261_128
    private static let rounds = ProcessInfo.processInfo.environment["SAMNODE_FUZZ_ROUNDS"].flatMap(UInt64.init)

    @Test(arguments: try FuzzTarget.all().map(\.name)) func nothingBreaks(name: String) throws {
        let target = try #require(try FuzzTarget.all().first { $0.name == name })
        let run = FuzzRun(target, seed: Self.seed)
        let rounds = Self.rounds ?? (target.form == .conversation ? 12 : 400)
        var accepted = 0
        for round in 0..<rounds {
            switch run.attempt(run.input(of: round)) {
            case .accepted: accepted += 1
            case .refused: continue
            case .broken(let text): Issue.record("\(name), seed \(Self.seed), round \(round): \(text)")
            }
        }
        print("\(name): seed \(Self.seed), \(accepted) of \(rounds) accepted")
    }

    /// The samples are what the encoders make, so that every decoder takes all of its own.
    @Test func samplesAreAccepted() throws {
        for target in try FuzzTarget.all() where target.form != .conversation {
            #expect(!target.samples.isEmpty, "\(target.name)")
            let plain = FuzzTargetTests.withoutRedrawing(target)
            for (index, sample) in target.samples.enumerated() where !plain.contains(index) {
                Issue.record("\(target.name) refuses sample \(index), of \(sample.count) bytes")
            }
        }
    }

    /// The samples that are accepted in one of several attempts: some targets sign half of their inputs with another key.
    private static func withoutRedrawing(_ target: FuzzTarget) -> [Int] {
        target.samples.indices.filter { index in
            (0..<32 as Range<UInt64>).contains { round in
                var random = FuzzRandom(seed: seed, round: round)
                if case .accepted = target.attempt(target.samples[index], &random) { return true }
                return false
            }
        }
    }

    @Test func namesAreDistinct() throws {
        let names = try FuzzTarget.all().map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test func aRoundCanBeTriedAgain() throws {
        for target in try FuzzTarget.all() {
            let (one, other) = (FuzzRun(target, seed: 5), FuzzRun(target, seed: 5))
            for round in 0..<4 as Range<UInt64> {
                #expect(one.input(of: round).bytes == other.input(of: round).bytes, "\(target.name)")
                #expect(one.attempt(one.input(of: round)) == other.attempt(other.input(of: round)), "\(target.name)")
            }
        }
    }

    /// A decoder that forgets something and one that refuses what it wrote are found out.
    @Test func brokenCodecsAreFound() {
        let forgetful = FuzzTarget.codec(
            "forgetful", "", samples: [[1, 2, 3]], decode: { $0 }, encode: { Array($0.dropLast()) })
        let picky = FuzzTarget.codec(
            "picky", "", samples: [[1, 2, 3]],
            decode: { try FuzzTarget.require($0.count.isMultiple(of: 2) ? $0 : nil) }, encode: { $0 + [0] })
        for target in [forgetful, picky] {
            let run = FuzzRun(target, seed: 1)
            let isFound = (0..<200 as Range<UInt64>).contains { round in
                if case .broken = run.attempt(run.input(of: round)) { true } else { false }
            }
            #expect(isFound, "\(target.name)")
        }
    }
}
