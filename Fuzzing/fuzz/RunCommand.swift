import AllocationCounter
import ArgumentParser
import Foundation
import Fuzzing
import Measuring

/// `fuzz run`: tries decoders, one after the other.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Try decoders; exits with 1 when one breaks a rule.",
        discussion: """
            Every input follows from the seed and its round, so that one that fails can be tried again alone: a crash and
            a broken rule name the decoder, the seed and the round.
            """)

    @Argument(help: "Names of decoders, or \"all\".") var decoders: [String]
    @Option(help: "How long to run each.") var minutes: Double = 1
    @Option(help: "Everything that is random follows from it. Drawn and printed when it is left out.")
    var seed: UInt64?
    @Option(help: "The round to begin with.") var firstRound: UInt64 = 0
    @Option(help: "Rounds to run, instead of a time.") var rounds: UInt64?
    @Flag(help: "Print every input and what became of it.") var showInputs = false

    /// Rounds between two looks at the clock.
    private static let stride: UInt64 = 64

    func validate() throws {
        guard minutes > 0, minutes <= 10_000 else { throw ValidationError("--minutes: from 0 to 10000 is expected") }
    }

    func run() throws {
        let targets = try chosen()
        let seed = seed ?? UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var table = TextTable()
        table.add(RunTally.columns)
        var broken: [String] = []
        for target in targets {
            crash_note_install("fuzz run \(target.name)", seed)
            let tally = run(FuzzRun(target, seed: seed))
            table.add(tally.row(target.name))
            broken += tally.broken.map { "\(target.name): \($0)" }
            note(tally.row(target.name).joined(separator: "  "))
        }
        print(table.text)
        guard broken.isEmpty else {
            print(broken.joined(separator: "\n"))
            throw ExitCode.failure
        }
    }

    private func chosen() throws -> [FuzzTarget] {
        let all = try FuzzTarget.all()
        guard decoders != ["all"] else { return all }
        return try decoders.map { name in
            guard let target = all.first(where: { $0.name == name }) else {
                throw ValidationError("\(name): one of the names that \"fuzz list\" prints is expected")
            }
            return target
        }
    }

    private func run(_ run: FuzzRun) -> RunTally {
        var tally = RunTally()
        let start = Date()
        var round = firstRound
        while !isDone(round, since: start) {
            for _ in 0..<(rounds.map { min(Self.stride, $0 - (round - firstRound)) } ?? Self.stride) {
                attempt(run, round, &tally)
                round += 1
            }
            tally.seconds = Date().timeIntervalSince(start)
            tally.checkMemory(round)
        }
        return tally
    }

    /// The input is made before anything is measured.
    private func attempt(_ run: FuzzRun, _ round: UInt64, _ tally: inout RunTally) {
        crash_note_round(round)
        let input = run.input(of: round)
        if showInputs { note("round \(round): \(Self.hexadecimal(input.bytes))") }
        var outcome = FuzzOutcome.accepted("nothing")
        let start = Stopwatch.nanoseconds()
        let allocations = Allocations.measure { outcome = run.attempt(input) }
        tally.count(outcome, round: round, nanoseconds: Stopwatch.nanoseconds() - start, allocations: allocations)
        if showInputs { note("round \(round): \(outcome)") }
    }

    private func isDone(_ round: UInt64, since start: Date) -> Bool {
        if let rounds { return round - firstRound >= rounds }
        return Date().timeIntervalSince(start) >= minutes * 60
    }

    private func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
