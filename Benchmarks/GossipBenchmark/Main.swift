import ArgumentParser

/// `gossip-benchmark`: what finding out differences costs.
@main
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gossip-benchmark", abstract: "Measure the Gossip module.",
        subcommands: [ReconciliationCommand.self, CatalogsCommand.self, CompressionCommand.self],
        defaultSubcommand: ReconciliationCommand.self)
}
