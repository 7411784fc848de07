import ArgumentParser

/// `biscuit-benchmark`: how fast tokens are, beside the reference implementation, and how they bear hostile input.
@main
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "biscuit-benchmark", abstract: "Measure and fuzz the Biscuit module.",
        subcommands: [CompareCommand.self, FuzzCommand.self], defaultSubcommand: CompareCommand.self)
}
