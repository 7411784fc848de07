import ArgumentParser

/// `samnode authority`: the mesh's root key and the tokens that it signs. Needs no server and no network.
struct AuthorityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authority", abstract: "Make a mesh, issue tokens for its members, and revoke them.",
        subcommands: [
            AuthorityInitCommand.self, AuthorityIssueCommand.self, AuthorityRevokeCommand.self,
            AuthorityShowCommand.self,
        ])
}
