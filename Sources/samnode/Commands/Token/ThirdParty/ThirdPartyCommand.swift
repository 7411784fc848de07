import ArgumentParser

/// `samnode token third-party`: blocks that somebody else signs, without seeing the token.
struct ThirdPartyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "third-party", abstract: "Add a block that somebody else signs.",
        discussion: """
            The holder of a token makes a request, which says nothing about the token. The third party signs a block
            for it. The holder appends the block. Policies can trust it by the third party's public key:
            check if role("member") trusting ed25519/<hex>.
            """,
        subcommands: [ThirdPartyRequestCommand.self, ThirdPartySignCommand.self, ThirdPartyAppendCommand.self])
}
