import ArgumentParser
import Biscuit
import Overlay

/// The options of every command that makes a token out of another.
struct TokenOutputOptions: ParsableArguments {
    @Option(help: "Write the token to this file (mode 0600, replaced when it exists) instead of printing it.")
    var out: String?
    @Flag(help: "Print JSON.") var json = false

    private struct Output: Encodable {
        var token: String?
        var file: String?
        var blocks: Int
        var revocationIDs: [String]
        var sealed: Bool

        enum CodingKeys: String, CodingKey {
            case token
            case file
            case blocks
            case revocationIDs = "revocation_ids"
            case sealed
        }
    }

    func deliver(_ token: Token, console: inout Console) throws(ConsoleError) {
        guard json else { return try TokenFile.deliver(token, to: out, console: &console) }
        if let out { try TokenFile.write(token, to: out, console: &console) }
        try console.print(
            json: Output(
                token: out == nil ? token.text : nil, file: out, blocks: token.blockCount,
                revocationIDs: token.revocationIDs.map { Hexadecimal.encode($0) }, sealed: token.isSealed))
    }
}
