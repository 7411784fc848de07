import ArgumentParser

/// `samnode authority`: the mesh's root key and the tokens that it signs. Needs no server and no network.
struct AuthorityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authority", abstract: "Make a mesh, and issue tokens for its members.",
        subcommands: [AuthorityInitCommand.self, AuthorityIssueCommand.self, AuthorityShowCommand.self])
}
