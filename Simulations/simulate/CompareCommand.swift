import ArgumentParser
import Reporting

/// `simulate compare`: later runs beside a baseline.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compare runs with a baseline.",
        discussion: "Exits with 0 when no figure is worse than the baseline's, and with 1 when one is.")

    @Argument(help: "A baseline, as `simulate baseline` writes it.")
    var baseline: String
    @Argument(help: "Runs, as `simulate run --json` writes them.")
    var runs: [String]
    @Flag(help: "Print a table for a document.")
    var markdown = false

    func run() throws {
        let baseline = try Baseline(json: try OutputFile.read(baseline))
        let records = try runs.flatMap { try JSONLines.records(in: try OutputFile.read($0)) }
        let comparison = try Comparison(baseline: baseline, records: records)
        Console.result(markdown ? comparison.markdown : comparison.text)
        guard comparison.verdict != .worse else { throw ExitStatus.fellShort }
    }
}

/// `simulate baseline`: figures of runs to compare later ones with.
struct BaselineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline", abstract: "Make a baseline of the runs of one scenario.")

    @Argument(help: "Runs, as `simulate run --json` writes them.")
    var runs: [String]
    @Option(help: "Where the baseline is written. Left out, it is printed.")
    var output: String?
    @Option(help: "Which system's runs are meant.")
    var system = RunRecord.ownSystem

    func run() throws {
        let records = try runs.flatMap { try JSONLines.records(in: try OutputFile.read($0)) }
            .filter { $0.system == system }
        let words = ["simulate baseline"] + runs + (system == RunRecord.ownSystem ? [] : ["--system \(system)"])
        let baseline = try Baseline(of: records, command: words.joined(separator: " "))
        if let output {
            try OutputFile.write(try baseline.json, to: output)
        } else {
            Console.result(try baseline.json)
        }
    }
}
