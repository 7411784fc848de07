import ArgumentParser

/// The command line of the node.
@main
struct Samnode: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "samnode",
        abstract: """
            Sovereign Agent Mesh Node: find and use inference services across machines, with nobody in the middle.
            """,
        version: version,
        subcommands: [
            RunCommand.self, DemoCommand.self, IdentityCommand.self, InviteCommand.self, JoinCommand.self,
            AuthorityCommand.self, TokenCommand.self,
            StatusCommand.self, DoctorCommand.self, PeersCommand.self, CatalogCommand.self, FindCommand.self,
            RouteCommand.self, RevocationsCommand.self,
            LibP2PCommand.self,
            DemoBackendCommand.self,
        ])
}
