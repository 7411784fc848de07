import ArgumentParser
import Simulator

/// `simulate explain`: what follows from a scenario file.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say in words what a scenario does, with everything that follows from its file.",
        discussion: "Without a scenario it lists the figures that criteria may be about.")

    @OptionGroup var arguments: ScenarioArguments

    func run() throws {
        let scenarios = try arguments.load()
        guard !scenarios.isEmpty else {
            let width = FigureName.all.map(\.count).max() ?? 0
            for figure in FigureMeaning.all {
                let padding = String(repeating: " ", count: width - figure.name.count)
                Console.result("\(figure.name)\(padding)  \(figure.meaning)")
            }
            return
        }
        Console.result(scenarios.map(\.explanation).joined(separator: "\n\n"))
    }
}
