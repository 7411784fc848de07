import ArgumentParser
import Reporting

/// `simulate table`: what scenarios demand and what runs gave, for a document.
struct TableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Print a table of results in Markdown.")

    @Argument(help: "Runs, as `simulate run --json` writes them.")
    var runs: [String]

    func run() throws {
        let records = try runs.flatMap { try JSONLines.records(in: try OutputFile.read($0)) }
        Console.result(ResultsTable(records).markdown)
    }
}
