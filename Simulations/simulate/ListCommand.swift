import ArgumentParser
import Simulator

/// `simulate list`: the scenarios there are.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the scenarios.")

    @Option(name: .customLong("scenarios"), help: ArgumentHelp("Where scenarios are looked for.", valueName: "folder"))
    var folder: String?

    func run() throws {
        let files = try ScenarioLibrary(folder: folder).files
        let scenarios = try files.map {
            try ScenarioLibrary.read($0, size: .standard, settings: SettingOptions([]))
        }
        let width = scenarios.map(\.name.count).max() ?? 0
        for scenario in scenarios {
            let padding = String(repeating: " ", count: width - scenario.name.count)
            let sizes = [scenario.standard] + (scenario.large.map { [$0] } ?? [])
            let words = sizes.map { "\($0.nodes) nodes, \($0.duration.shortText)" }.joined(separator: "; large: ")
            Console.result("\(scenario.name)\(padding)  \(scenario.title) (\(words))")
        }
    }
}
