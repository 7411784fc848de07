import AllocationCounter
import ArgumentParser
import Foundation

/// `biscuit-benchmark fuzz`: hostile texts, tokens, blocks and snapshots. None may crash the process, and none may take
/// more than the limits allow.
struct FuzzCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz", abstract: "Try mutated inputs; exits with 1 when one breaks a limit.",
        discussion: """
            Starts from the test vectors in ../shared/conformance/biscuit (or SAM_CONFORMANCE_DIR). Every input follows
            from the seed and its round, so that one that fails can be tried again alone.
            """)

    @Option(help: "How long to run.") var minutes: Double = 1
    @Option(help: "Everything that is random follows from it. Drawn and printed when it is left out.")
    var seed: UInt64?
    @Option(help: "The round to begin with.") var firstRound: UInt64 = 0
    @Option(help: "Rounds to run, instead of a time.") var rounds: UInt64?

    /// Rounds between two looks at the clock.
    private static let stride: UInt64 = 256
    private static let progressSeconds = 60.0

    func validate() throws {
        guard minutes > 0, minutes <= 10_000 else { throw ValidationError("--minutes: from 0 to 10000 is expected") }
    }

    func run() throws {
        let seed = seed ?? UInt64.random(in: 0 ... .max)
        let corpus = try FuzzCorpus.load()
        print("seed \(seed); corpus: \(corpus.description)")
        crash_note_install("biscuit-benchmark fuzz", seed)
        var fuzzer = try Fuzzer(seed: seed, corpus: corpus)
        let start = Date()
        var nextProgress = Self.progressSeconds
        var round = firstRound
        while !isDone(round, since: start) {
            for _ in 0..<(rounds.map { min(Self.stride, $0 - (round - firstRound)) } ?? Self.stride) {
                fuzzer.tryInput(round)
                round += 1
            }
            let seconds = Date().timeIntervalSince(start)
            guard seconds >= nextProgress else { continue }
            nextProgress += Self.progressSeconds
            note("\(seconds.text(0)) s, \(round - firstRound) inputs, \(fuzzer.tally.violations.count) violations")
        }
        let seconds = max(Date().timeIntervalSince(start), 0.001)
        print(fuzzer.tally.text(seconds: seconds))
        guard fuzzer.tally.violations.isEmpty else { throw ExitCode.failure }
    }

    private func isDone(_ round: UInt64, since start: Date) -> Bool {
        if let rounds { return round - firstRound >= rounds }
        return Date().timeIntervalSince(start) >= minutes * 60
    }

    private func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
