import ArgumentParser

/// `overlay-benchmark`: what datagrams cost, beside the primitives that they cannot do without.
@main
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overlay-benchmark", abstract: "Measure the Overlay module.",
        subcommands: [DatagramsCommand.self], defaultSubcommand: DatagramsCommand.self)
}
