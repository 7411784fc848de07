import ArgumentParser
import Reporting

/// `simulate compare`: later runs beside baselines.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compare runs with baselines.",
        discussion: "Exits with 0 when no figure is worse than the baseline's, and with 1 when one is.")

    @Argument(help: "A baseline, as `simulate baseline` writes it, or a folder of them.")
    var baseline: String
    @Argument(help: "Runs, as `simulate run --json` writes them.")
    var runs: [String]
    @Flag(help: "Print tables for a document.")
    var markdown = false

    func run() throws {
        let records = try runs.flatMap { try JSONLines.records(in: try OutputFile.read($0)) }
        let comparisons = try comparisons(of: records)
        for comparison in comparisons { Console.result(markdown ? comparison.markdown : comparison.text) }
        guard comparisons.allSatisfy({ $0.verdict != .worse }) else { throw ExitStatus.fellShort }
    }

    private func comparisons(of records: [RunRecord]) throws -> [Comparison] {
        guard OutputFile.isFolder(baseline) else {
            return [try Comparison(baseline: try Baseline(json: try OutputFile.read(baseline)), records: records)]
        }
        let own = records.filter(\.isOwn)
        return try Set(own.map(\.scenario)).sorted().map { scenario in
            let text = try OutputFile.read("\(baseline)/\(scenario).json")
            return try Comparison(
                baseline: try Baseline(json: text), records: own.filter { $0.scenario == scenario })
        }
    }
}

/// `simulate baseline`: figures of runs to compare later ones with.
struct BaselineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline", abstract: "Make a baseline of runs, or one for each of several scenarios.")

    @Argument(help: "Runs, as `simulate run --json` writes them.")
    var runs: [String]
    @Option(help: "Where the baseline is written. Left out, it is printed.")
    var output: String?
    @Option(help: ArgumentHelp("Write SCENARIO.json here for every scenario of the runs.", valueName: "folder"))
    var folder: String?
    @Option(help: "Which system's runs are meant.")
    var system = RunRecord.ownSystem

    func validate() throws {
        guard output == nil || folder == nil else {
            throw ValidationError("found --output and --folder; expected one of them")
        }
    }

    func run() throws {
        let records = try runs.flatMap { try JSONLines.records(in: try OutputFile.read($0)) }
            .filter { $0.system == system }
        guard let folder else {
            let baseline = try baseline(of: records)
            guard let output else { return Console.result(try baseline.json) }
            return try OutputFile.write(try baseline.json, to: output)
        }
        for scenario in Set(records.map(\.scenario)).sorted() {
            let baseline = try baseline(of: records.filter { $0.scenario == scenario })
            try OutputFile.write(try baseline.json, to: "\(folder)/\(scenario).json")
        }
    }

    /// What made it is what made the runs.
    private func baseline(of records: [RunRecord]) throws -> Baseline {
        let seeds = records.map(\.seed).sorted()
        let words = records.first?.command.split(separator: " ").map(String.init) ?? []
        let range = seeds.count > 1 ? ["--seeds", "\(seeds[0])-\(seeds[seeds.count - 1])"] : []
        let command =
            range.isEmpty ? words : words.replacing(["--seed", "\(records[0].seed)"], with: range)
        return try Baseline(of: records, command: command.joined(separator: " "))
    }
}
