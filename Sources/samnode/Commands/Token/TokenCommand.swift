import ArgumentParser

/// `samnode token`: looks into tokens, narrows them, verifies them. Works on files and needs no node.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Inspect, attenuate, seal and verify tokens.",
        subcommands: [
            TokenInspectCommand.self, TokenAttenuateCommand.self, ThirdPartyCommand.self, TokenSealCommand.self,
            TokenVerifyCommand.self,
        ])
}
