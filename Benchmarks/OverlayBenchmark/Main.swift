import ArgumentParser

/// `overlay-benchmark`: what datagrams, streams, connections and idle nodes cost, beside others in the same run.
@main
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overlay-benchmark", abstract: "Measure the overlay.",
        subcommands: [
            DatagramsCommand.self, ThroughputCommand.self, ConnectCommand.self, IdleCommand.self, FindCommand.self,
            EndCommand.self,
        ],
        defaultSubcommand: DatagramsCommand.self)
}
