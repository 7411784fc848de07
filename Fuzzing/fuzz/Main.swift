import ArgumentParser

/// `fuzz`: hostile inputs for everything that takes bytes from outside.
@main
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz", abstract: "Try damaged and invented inputs on every decoder.",
        subcommands: [ListCommand.self, RunCommand.self], defaultSubcommand: ListCommand.self)
}
