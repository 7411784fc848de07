import ArgumentParser
import Biscuit
import Overlay

/// `samnode token third-party append`: puts the block that a third party signed into the token it was asked for.
struct ThirdPartyAppendCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "append", abstract: "Add a third party's block to the token it was requested for.")

    @Argument(help: "A token, a file with one, or - for standard input.") var token: String
    @Argument(help: "The signed block, a file with it, or - for standard input.") var block: String
    @Option(
        help: "The key that has to have signed the block (default: whichever did).", transform: ArgumentValues.rootKey)
    var signedBy: Biscuit.PublicKey?
    @OptionGroup var output: TokenOutputOptions

    func validate() throws {
        guard token != "-" || block != "-" else {
            throw ValidationError("Standard input can be the token or the block, not both.")
        }
    }

    func execute(_ console: inout Console) throws(ConsoleError) {
        let token = try TokenFile.read(token, console: console)
        let block = try EncodedInput<ThirdPartyBlock>.thirdPartyBlock.read(block, console: console)
        let extended = try append(block, to: token)
        console.note("added block \(extended.blockCount - 1), signed by \(block.publicKey)")
        try output.deliver(extended, console: &console)
    }

    private func append(_ block: ThirdPartyBlock, to token: Token) throws(ConsoleError) -> Token {
        do {
            let next = try KeyPair(seed: SystemRandom.bytes(32))
            return try token.append(block, signedBy: signedBy ?? block.publicKey, nextKey: next)
        } catch {
            if let error = error as? TokenError, case .invalidExternalSignature = error {
                throw ConsoleError(
                    .data,
                    "the block was signed for another token, or for this one before a block was added; "
                        + "request it again")
            }
            throw ConsoleError(.data, "the block cannot be added: \(error); ask for another")
        }
    }
}
