import ArgumentParser
import Biscuit

/// `samnode token seal`: a token that nobody can add a block to any more.
struct TokenSealCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal", abstract: "Make a token that cannot be attenuated any more; prints it.")

    @Argument(help: "A token, a file with one, or - for standard input.") var token: String
    @OptionGroup var output: TokenOutputOptions

    func execute(_ console: inout Console) throws(ConsoleError) {
        let token = try TokenFile.read(token, console: console)
        guard !token.isSealed else { throw ConsoleError(.data, "the token is sealed already; use it as it is") }
        let sealed: Token
        do throws(TokenError) {
            sealed = try token.seal()
        } catch {
            throw ConsoleError(.data, "the token cannot be sealed: \(error); ask whoever issued it for another")
        }
        console.note("sealed a token of \(sealed.blockCount) \(sealed.blockCount == 1 ? "block" : "blocks")")
        try output.deliver(sealed, console: &console)
    }
}
