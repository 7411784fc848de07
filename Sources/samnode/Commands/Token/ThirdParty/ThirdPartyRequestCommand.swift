import ArgumentParser
import Biscuit

/// `samnode token third-party request`: what a third party needs in order to sign a block for a token.
struct ThirdPartyRequestCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Ask a third party for a block; prints the request.")

    @Argument(help: "A token, a file with one, or - for standard input.") var token: String
    @Flag(help: "Print JSON.") var json = false

    private struct Output: Encodable {
        var request: String
    }

    func execute(_ console: inout Console) throws(ConsoleError) {
        let token = try TokenFile.read(token, console: console)
        let request: ThirdPartyRequest
        do throws(TokenError) {
            request = try token.thirdPartyRequest()
        } catch {
            throw ConsoleError(.data, "no block can be added: \(error); use one that is not")
        }
        guard !json else { return try console.print(json: Output(request: request.text)) }
        console.note("good for this token as long as no other block is added to it")
        console.print(request.text)
    }
}
